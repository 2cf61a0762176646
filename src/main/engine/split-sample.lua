-- split-sample: who, among those longest and shortest in each state, is in a second one. Read-only, and cheap enough
-- to be asked every few seconds; the integrity scan looks at everybody. read.lua stands before it.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
--
-- ARGV[1]   sample           users at each end of each set
--
-- Returns the ids of users who are in two sets or more, each once.
local SETS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local SAMPLE = tonumber(ARGV[1])

local seen, split = {}, {}

local function compare(users, own)
  for i = 1, #SETS do
    if i ~= own then
      local scores = read('ZMSCORE', SETS[i], unpack(users))
      for j = 1, #users do
        if scores[j] and not seen[users[j]] then
          seen[users[j]], split[#split + 1] = true, users[j]
        end
      end
    end
  end
end

for i = 1, #SETS do
  local oldest = read('ZRANGE', SETS[i], 0, SAMPLE - 1)
  if oldest[1] then compare(oldest, i) end
  if #oldest == SAMPLE then compare(read('ZRANGE', SETS[i], -SAMPLE, -1), i) end
end
return split
