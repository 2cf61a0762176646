-- heartbeat: users say that they live.
--
-- KEYS[1]  idle              sorted set   users by time of entry
-- KEYS[2]  waiting           sorted set
-- KEYS[3]  connecting        sorted set
-- KEYS[4]  in_call           sorted set
-- KEYS[5]  disconnecting     sorted set
-- KEYS[6]  heartbeats        sorted set   every known user by last heartbeat
-- KEYS[7]  user:<id>         hash         prefix: metadata
-- KEYS[8]  heartbeat:<id>    string       prefix: ms of the last heartbeat, for older clients
-- KEYS[9]  history:<id>      list         prefix: the user's last moves
--
-- ARGV[1]  now               ms since the epoch; '' for the server's clock
-- ARGV[2]  metadata ttl      ms
-- ARGV[3]  heartbeat ttl     ms
-- ARGV[4…] users
--
-- Returns { now, unknown users … }.
-- Effects  index, hash and heartbeat:<id> hold the time; metadata and history live on. Nothing comes into being for a
--          user who is in no set and has no metadata.
local SETS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local HEARTBEATS, USER, HEARTBEAT, HISTORY = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local NOW, METADATA_TTL, HEARTBEAT_TTL = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local USERS, USERS_AT = ARGV, 4

if not NOW then
  local time = redis.call('TIME')
  NOW = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function in_a_set(id)
  for i = 1, #SETS do
    if read('ZSCORE', SETS[i], id) then return true end
  end
  return false
end

local reply, known = { NOW }, {}
read('ZCARD', HEARTBEATS)
for i = USERS_AT, #USERS do
  local active = read('HGET', USER .. USERS[i], 'isActive')
  local exists = active or read('EXISTS', USER .. USERS[i]) == 1
  if exists or in_a_set(USERS[i]) then
    known[#known + 1] = { id = USERS[i], exists = exists, active = active == 'true' }
  else
    reply[#reply + 1] = USERS[i]
  end
end

for i = 1, #known do
  local id, key = known[i].id, USER .. known[i].id
  redis.call('ZADD', HEARTBEATS, NOW, id)
  redis.call('SET', HEARTBEAT .. id, NOW, 'PX', HEARTBEAT_TTL)
  if known[i].exists then
    redis.call('HSET', key, 'lastHeartbeat', NOW)
    if not known[i].active then redis.call('HSET', key, 'isActive', 'true') end
    redis.call('PEXPIRE', key, METADATA_TTL)
    redis.call('PEXPIRE', HISTORY .. id, METADATA_TTL)
  end
end
return reply
