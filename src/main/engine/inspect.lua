-- inspect: what the sets, the metadata and the partner say of users, as of one moment. Read-only.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   heartbeats       sorted set   every known user by last heartbeat
-- KEYS[7]   user:<id>        hash         prefix: metadata
-- KEYS[8]   heartbeat:<id>   string       prefix: ms of the last heartbeat
--
-- ARGV[1]   now              ms since the epoch; '' for the server's clock
-- ARGV[2…]  users
--
-- Returns { now, users }; for each user { sets, fields, index, heartbeat, partner }:
--         sets             number of the set and entry time in turn
--         fields           values of state, matchedWith, lastHeartbeat, lastActivity, gracePeriod, ms until the metadata
--                          expire (-1 never, -2 not there); {} when a key of the user is of a wrong type
--         index            last heartbeat by the index, or ''
--         heartbeat        by heartbeat:<id>, or ''
--         partner          { whom the partner is matched with or '', sets of the partner as above … }; {} for none
local SETS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local HEARTBEATS, USER, HEARTBEAT = KEYS[6], KEYS[7], KEYS[8]
local NOW = tonumber(ARGV[1])
local USERS, USERS_AT = ARGV, 2

if not NOW then
  local time = redis.call('TIME')
  NOW = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function add_sets(list, id)
  for i = 1, #SETS do
    local score = read('ZSCORE', SETS[i], id)
    if score then
      list[#list + 1], list[#list + 2] = i, score
    end
  end
  return list
end

local function fields_of(id)
  local values = redis.pcall('HMGET', USER .. id, 'state', 'matchedWith', 'lastHeartbeat', 'lastActivity', 'gracePeriod')
  if values.err then return {} end
  for i = 1, 5 do values[i] = values[i] or '' end
  values[6] = redis.call('PTTL', USER .. id)
  return values
end

local function partner_of(id)
  if not id or id == '' then return {} end
  local named = redis.pcall('HGET', USER .. id, 'matchedWith')
  return add_sets({ type(named) == 'string' and named or '' }, id)
end

local found = {}
for i = USERS_AT, #USERS do
  local id = USERS[i]
  local fields = fields_of(id)
  local heartbeat = redis.pcall('GET', HEARTBEAT .. id)
  found[#found + 1] = { add_sets({}, id), fields, read('ZSCORE', HEARTBEATS, id) or '',
    type(heartbeat) == 'string' and heartbeat or '', partner_of(fields[2]) }
end
return { NOW, found }
