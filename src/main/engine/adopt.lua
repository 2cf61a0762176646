-- adopt: teaches the heartbeat index the users whom other programs brought, a few at a time.
--
-- KEYS[1]  <state>          sorted set   users by time of entry, of one state
-- KEYS[2]  heartbeats       sorted set   the index
-- KEYS[3]  user:<id>        hash         prefix: metadata
-- KEYS[4]  heartbeat:<id>   string       prefix: the last heartbeat as older clients write it
--
-- ARGV[1]  offset           rank in the set to begin at
-- ARGV[2]  count            how many users are looked at
--
-- Returns { looked at, adopted }.
-- Effects  an index entry for each user who has none and has left a sign of life somewhere. A user who never left one
--          gets none: nobody counts as silent who was never heard.
local SET, HEARTBEATS, USER, HEARTBEAT = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local OFFSET, COUNT = tonumber(ARGV[1]), tonumber(ARGV[2])

local function last_sign(id)
  local newest = 0
  local values = redis.pcall('HMGET', USER .. id, 'lastHeartbeat', 'lastActivity')
  local heartbeat = redis.pcall('GET', HEARTBEAT .. id)
  for _, text in pairs({ values[1], values[2], type(heartbeat) == 'string' and heartbeat }) do
    newest = math.max(newest, tonumber(text) or 0)
  end
  return newest
end

local users = redis.call('ZRANGE', SET, OFFSET, OFFSET + COUNT - 1)
local adopted = {}
for i = 1, #users do
  if not redis.call('ZSCORE', HEARTBEATS, users[i]) then
    local sign = last_sign(users[i])
    if sign > 0 and sign < math.huge then adopted[#adopted + 1] = { sign, users[i] } end
  end
end
for i = 1, #adopted do
  redis.call('ZADD', HEARTBEATS, 'NX', adopted[i][1], adopted[i][2])
end
return { #users, #adopted }
