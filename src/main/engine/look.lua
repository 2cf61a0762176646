-- look: where users are, in one atomic read.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   user:<id>        hash         prefix: metadata
--
-- ARGV[1…]  users
--
-- Returns for each user { states, entry times, matchedWith or '', currentRoom or '' }; the two lists go together, and
--         have more than one member only for a user who is damaged.
local SETS = { { 'IDLE', KEYS[1] }, { 'WAITING', KEYS[2] }, { 'CONNECTING', KEYS[3] }, { 'IN_CALL', KEYS[4] },
  { 'DISCONNECTING', KEYS[5] } }
local USER = KEYS[6]
local USERS = ARGV

local found = {}
for i = 1, #USERS do
  local states, times = {}, {}
  for j = 1, #SETS do
    local score = redis.call('ZSCORE', SETS[j][2], USERS[i])
    if score then
      states[#states + 1], times[#times + 1] = SETS[j][1], score
    end
  end
  local pair = redis.call('HMGET', USER .. USERS[i], 'matchedWith', 'currentRoom')
  found[i] = { states, times, pair[1] or '', pair[2] or '' }
end
return found
