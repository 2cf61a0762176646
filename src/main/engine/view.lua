-- view: one user as a client may see them, in one atomic read. read.lua stands before it.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   user:<id>        hash         metadata of the user
--
-- ARGV[1]   user             id
--
-- Returns { states, entry times, matchedWith or '', currentRoom or '', place or 0, number who wait }; the two lists
--         go together, and have more than one member only for a user who is damaged. The place is 1 for whoever
--         waits longest, 0 for a user who does not wait.
local SETS = { { 'IDLE', KEYS[1] }, { 'WAITING', KEYS[2] }, { 'CONNECTING', KEYS[3] }, { 'IN_CALL', KEYS[4] },
  { 'DISCONNECTING', KEYS[5] } }
local WAITING, USER, ID = KEYS[2], KEYS[6], ARGV[1]

local states, times = {}, {}
for i = 1, #SETS do
  local score = read('ZSCORE', SETS[i][2], ID)
  if score then
    states[#states + 1], times[#times + 1] = SETS[i][1], score
  end
end
local pair = read('HMGET', USER, 'matchedWith', 'currentRoom')
local rank = read('ZRANK', WAITING, ID)
return { states, times, pair[1] or '', pair[2] or '', rank and rank + 1 or 0, read('ZCARD', WAITING) }
