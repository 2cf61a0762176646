-- details: everything about one user, as of one moment. read.lua stands before it. Read-only.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   heartbeats       sorted set   every known user by last heartbeat
-- KEYS[7]   user:<id>        hash         prefix: metadata
-- KEYS[8]   heartbeat:<id>   string       prefix: ms of the last heartbeat
-- KEYS[9]   history:<id>     list         prefix: the user's last moves
-- KEYS[10]  cooldown:<a>:<b> string       prefix: these two are not paired
--
-- ARGV[1]   user
--
-- Returns { now, sets, metadata, signs of life, queue, partner, cooldown, history }:
--         sets             number of the set and entry time in turn
--         metadata         { ms until it expires (-1 never, -2 not there), { field and value in turn … } }
--         signs of life    { by the index or '', by heartbeat:<id> or '' }
--         queue            { rank in the queue or -1, length }
--         partner          { user or '', whom they are matched with or '', sets of the partner as above … }
--         cooldown         { last partner or '', ms left, 0 for none }
--         history          as it stands, newest first
local SETS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local WAITING, HEARTBEATS = KEYS[2], KEYS[6]
local USER, HEARTBEAT, HISTORY, COOLDOWN = KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local ID = ARGV[1]

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

local function add_sets(list, id)
  for i = 1, #SETS do
    local score = read('ZSCORE', SETS[i], id)
    if score then
      list[#list + 1], list[#list + 2] = i, score
    end
  end
  return list
end

local function field(id, name)
  return read('HGET', USER .. id, name) or ''
end

local function partner_of(id)
  if id == '' then return { '', '' } end
  return add_sets({ id, field(id, 'matchedWith') }, id)
end

local function cooldown_with(id)
  if id == '' then return { '', 0 } end
  local key = ID < id and ID .. ':' .. id or id .. ':' .. ID
  return { id, math.max(0, read('PTTL', COOLDOWN .. key)) }
end

local metadata = { read('PTTL', USER .. ID), read('HGETALL', USER .. ID) }
local signs = { read('ZSCORE', HEARTBEATS, ID) or '', read('GET', HEARTBEAT .. ID) or '' }
local queue = { read('ZRANK', WAITING, ID) or -1, read('ZCARD', WAITING) }
return { NOW, add_sets({}, ID), metadata, signs, queue, partner_of(field(ID, 'matchedWith')),
  cooldown_with(field(ID, 'lastPartner')), read('LRANGE', HISTORY .. ID, 0, -1) }
