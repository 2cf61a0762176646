-- couples: ways out of a pair, who is with whom, and who is kept apart. For scripts that make or part couples.
--
-- KEYS[13]  cooldown:<a>:<b> string       prefix: these two are not paired
local COOLDOWN = KEYS[13]

-- Plans the legal moves of a way, in order. `action` is noted with the first one only.
local function walk(person, way, cause, action, alive)
  for i = 1, #way do
    plan(person, way[i], cause, i == 1 and action, alive)
  end
end

-- By legal moves to IDLE, from each state; and back to the queue, out of a pair.
local WAY_OUT = { IN_CALL = { 'DISCONNECTING', 'IDLE' }, CONNECTING = { 'WAITING', 'IDLE' }, WAITING = { 'IDLE' },
  DISCONNECTING = { 'IDLE' }, IDLE = {} }
local WAY_BACK = { IN_CALL = { 'DISCONNECTING', 'WAITING' }, CONNECTING = { 'WAITING' } }

-- The other half of the user's pair: only one who is paired too and believes in this user.
local function mutual_partner(person)
  local id = is_paired(person.state) and person.meta.matchedWith
  if not id or id == person.id then return nil end
  local partner = meet(id)
  if not partner.split and is_paired(partner.state) and partner.meta.matchedWith == person.id then
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
  cooldowns = cooldowns or {}
  cooldowns[#cooldowns + 1] = cooldown_key(a, b)
end
