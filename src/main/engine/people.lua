-- people: users as Redis has them now, and what a plan changes of them.

-- The record of a transaction that was already carried out, or false.
local done = read('GET', TRANSACTION)

-- (Tables that are made with room for one do not grow for a single user.)
local people, order = { id = nil }, { nil }

-- Reads a field that nobody asked for before, so that what is read in advance is a matter of speed alone.
local ON_DEMAND = {
  __index = function(meta, field)
    local value = read('HGET', meta[1], field)
    meta[field] = value
    return value
  end,
}

-- The text of a time that a sorted set has. An endless one, which another program can write, JSON cannot say.
local function time_of(score)
  return score == 'inf' and '9007199254740991' or score == '-inf' and '0' or score
end

-- One user, by the entry times that the sets have where those are known already. A plan then changes `state`, `since`
-- and, by `change`, `meta`, whose key stands at a number because no field's name is one. A user with `split` counts as
-- being in the pair, so that the partner is not forgotten. (Tables that are made with all their fields cost half of
-- those that grow.)
local function meet(id, idle, waiting, connecting, in_call, disconnecting)
  local person = people[id]
  if person then return person end
  if idle == nil then
    idle, waiting, connecting = read('ZSCORE', SETS.IDLE, id), read('ZSCORE', SETS.WAITING, id),
      read('ZSCORE', SETS.CONNECTING, id)
    in_call, disconnecting = read('ZSCORE', SETS.IN_CALL, id), read('ZSCORE', SETS.DISCONNECTING, id)
  end
  local key, score = USER .. id, in_call or connecting or idle or waiting or disconnecting
  local state = in_call and 'IN_CALL' or connecting and 'CONNECTING' or idle and 'IDLE' or waiting and 'WAITING'
    or disconnecting and 'DISCONNECTING' or nil
  local split
  local number = (idle and 1 or 0) + (waiting and 1 or 0) + (connecting and 1 or 0) + (in_call and 1 or 0)
    + (disconnecting and 1 or 0)
  if number > 1 then
    split = { idle and 'IDLE' or nil }
    split[#split + 1] = waiting and 'WAITING' or nil
    split[#split + 1] = connecting and 'CONNECTING' or nil
    split[#split + 1] = in_call and 'IN_CALL' or nil
    split[#split + 1] = disconnecting and 'DISCONNECTING' or nil
  end
  local meta
  if waiting or connecting or in_call then
    local v = read('HMGET', key, 'createdAt', 'state', 'previousState', 'lastStateChange', 'matchedWith', 'isActive',
      'lastAction', 'lastActionTime', 'queuedAt', 'currentRoom', 'totalMatches', 'ready', 'roomJoinTime', 'lastPartner',
      'lastRoom')
    meta = { key, createdAt = v[1], state = v[2], previousState = v[3], lastStateChange = v[4], matchedWith = v[5],
      isActive = v[6], lastAction = v[7], lastActionTime = v[8], queuedAt = v[9], currentRoom = v[10],
      totalMatches = v[11], ready = v[12], roomJoinTime = v[13], lastPartner = v[14], lastRoom = v[15] }
  else
    local v = read('HMGET', key, 'createdAt', 'state', 'previousState', 'lastStateChange', 'matchedWith', 'isActive',
      'lastAction', 'lastActionTime')
    meta = { key, createdAt = v[1], state = v[2], previousState = v[3], lastStateChange = v[4], matchedWith = v[5],
      isActive = v[6], lastAction = v[7], lastActionTime = v[8] }
  end
  person = { id = id, key = key, state = state, since = score and time_of(score) or nil, was = state,
    split = split, meta = setmetatable(meta, ON_DEMAND),
    old = { state = nil, previousState = nil, lastStateChange = nil, lastAction = nil, lastActionTime = nil },
    moved = nil, planned = nil, alive = nil, previous = nil, quoted = nil, history = nil }
  people[id] = person
  return person
end

-- Changes a metadata field in the plan and keeps what stood there, for undo. A value of false takes it away.
local function change(person, field, value)
  local meta, old = person.meta, person.old
  if old[field] == nil then old[field] = meta[field] or false end
  meta[field] = value
end

-- Takes a user into the plan, moving or not.
local function touch(person, alive)
  person.alive = person.alive or alive
  if not person.planned then
    person.planned, order[#order + 1] = true, person
  end
end
