-- couples: what scripts share that part a pair, keep two people apart, or forget somebody. It stands after core.lua.
-- Plans that nothing of a user is kept but the history, until its time is over. The record keeps all of the metadata,
-- so that undo can bring the user back.
local function forget(person)
  local all = read('HGETALL', person.key)
  for i = 1, #all, 2 do
    if person.old[all[i]] == nil then person.old[all[i]] = all[i + 1] end
  end
  person.heartbeat = tonumber(read('ZSCORE', HEARTBEATS, person.id) or nil) or false
  touch(person, false)
  person.gone = true
end

-- Plans that a user leaves every set and is forgotten. No further move of this user may follow.
local function plan_removal(person, cause)
  local from, spent = person.state, person.since and math.max(0, NOW - person.since) or false
  tally_move(person, 'UNKNOWN', cause, spent)
  steps[#steps + 1] = { id = person.id, from = from or false, since = person.since or false, to = false, at = NOW,
    cause = cause, spent = spent, partner = person.meta.matchedWith or false }
  if PAIRED[from] then person.left = person.meta.matchedWith or nil end
  person.state, person.since = nil, nil
  forget(person)
end

-- Plans the legal moves of a way, in order. `action` is noted with the first one only.
local function walk(person, way, cause, action, alive)
  for i = 1, #way do
    plan(person, way[i], cause, { action = i == 1 and action or nil, alive = alive })
  end
end

-- By legal moves to IDLE, from each state; and back to the queue, out of a pair.
local WAY_OUT = { IN_CALL = { 'DISCONNECTING', 'IDLE' }, CONNECTING = { 'WAITING', 'IDLE' }, WAITING = { 'IDLE' },
  DISCONNECTING = { 'IDLE' }, IDLE = {} }
local WAY_BACK = { IN_CALL = { 'DISCONNECTING', 'WAITING' }, CONNECTING = { 'WAITING' } }

-- The other half of the user's pair: only one who is paired too and believes in this user.
local function mutual_partner(person)
  local id = PAIRED[person.state] and person.meta.matchedWith
  if not id or id == person.id then return nil end
  local partner = meet(id)
  if not partner.split and PAIRED[partner.state] and partner.meta.matchedWith == person.id then
    return partner
  end
end

local function cooldown_key(a, b)
  if a < b then
    return COOLDOWN .. a .. ':' .. b
  end
  return COOLDOWN .. b .. ':' .. a
end

-- These two are not paired for a while.
local function cool(a, b)
  cooldowns[#cooldowns + 1] = cooldown_key(a, b)
end
