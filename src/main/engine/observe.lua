-- observe: who came into a state since the last look without an entry in the user's history, and who of some users is
-- gone: moves by programs that keep no journal. read.lua stands before it. Read-only.
--
-- KEYS[1]  idle              sorted set   users by time of entry
-- KEYS[2]  waiting           sorted set
-- KEYS[3]  connecting        sorted set
-- KEYS[4]  in_call           sorted set
-- KEYS[5]  disconnecting     sorted set
-- KEYS[6]  user:<id>         hash         prefix: metadata
-- KEYS[7]  history:<id>      list         prefix: the user's last moves
--
-- ARGV[1]  since             ms: those who entered later are looked at; '' for nobody
-- ARGV[2]  count             how many of each state at most, the newest
-- ARGV[3…] users             who may be gone
--
-- Returns { now, missed, newcomers, gone }: a newcomer is { number of the set, user, entry time, earlier state or '',
--         partner or '' }; missed counts those beyond the limit; gone are users in no set whose history does not say so.
local SETS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local USER, HISTORY = KEYS[6], KEYS[7]
local SINCE, COUNT = ARGV[1], tonumber(ARGV[2])
local USERS, USERS_AT = ARGV, 3
-- Whoever stands at +inf, which is damage, would be a newcomer at each look.
local BEFORE = '(+inf'

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

-- The newest entry of the history: when, and where to ('' for out of every state). Nothing where there is none.
local function last_journalled(id)
  local json = redis.pcall('LINDEX', HISTORY .. id, 0)
  local sound, entry = pcall(cjson.decode, type(json) == 'string' and json or '')
  if sound and type(entry) == 'table' then return tonumber(entry[1]), entry[3] or '' end
end

local missed, newcomers, gone = 0, {}, {}
for i = 1, SINCE ~= '' and #SETS or 0 do
  local found = read('ZREVRANGEBYSCORE', SETS[i], BEFORE, '(' .. SINCE, 'WITHSCORES', 'LIMIT', 0, COUNT)
  if #found == 2 * COUNT then
    missed = missed + read('ZCOUNT', SETS[i], '(' .. SINCE, BEFORE) - COUNT
  end
  for j = #found - 1, 1, -2 do
    local id, score = found[j], found[j + 1]
    local at, to = last_journalled(id)
    if to ~= STATES[i] or at < tonumber(score) - 1 then
      local values = redis.pcall('HMGET', USER .. id, 'previousState', 'matchedWith')
      local earlier = to and to ~= '' and to ~= STATES[i] and to or not values.err and values[1] or ''
      newcomers[#newcomers + 1] = { i, id, score, earlier, not values.err and values[2] or '' }
    end
  end
end
for i = USERS_AT, #USERS do
  local there = false
  for j = 1, #SETS do there = there or read('ZSCORE', SETS[j], USERS[i]) end
  local _, to = last_journalled(USERS[i])
  if not there and to ~= '' then gone[#gone + 1] = USERS[i] end
end
return { NOW, missed, newcomers, gone }
