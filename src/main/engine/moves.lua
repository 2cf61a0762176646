-- moves: plans what becomes of users, and what is counted of it. Nothing is written here.

local PAIRED = { CONNECTING = true, IN_CALL = true }
local COUNTERS = { match = 'totalMatches', skip = 'totalSkips', ['end'] = 'totalEnds' }

local steps, counts, cooldowns = {}, {}, {}

-- The group of a log-linear histogram: exact below 16, then 16 groups to each doubling, so that the middle of a
-- group is at most 1/32 away from any value in it. src/shared/histogram.ts is its inverse.
local function bucket(ms)
  if ms < 16 then
    return math.floor(ms)
  end
  local _, exponent = math.frexp(ms)
  return (exponent - 5) * 16 + math.floor(ms / 2 ^ (exponent - 5))
end

local function tally(field)
  counts[field] = (counts[field] or 0) + 1
end

-- One line of the journal and of the transaction's record, without a count. `to` is false for a user who leaves every
-- set.
local function note_step(person, to, at, cause, spent, partner)
  steps[#steps + 1] = { person = person, from = person.state or false, since = person.since or false, to = to, at = at,
    cause = cause, spent = spent, partner = partner or false }
end

-- One step that the statistics count, with the time spent in the state that is left.
local function add_step(person, to, at, cause, spent, partner)
  local from = person.state
  tally((from or 'UNKNOWN') .. '>' .. (to or 'UNKNOWN') .. ':' .. cause)
  if from == 'WAITING' then
    tally((to == 'CONNECTING' and 'wait:match:' or 'wait:leave:') .. bucket(spent))
  elseif from == 'IN_CALL' then
    tally('call:' .. bucket(spent))
  end
  note_step(person, to, at, cause, spent, partner)
end

-- How long the user was in the state that is left, in whole ms; false for a user in none.
local function time_spent(person)
  return person.since and math.floor(math.max(0, NOW - person.since))
end

-- Plans one move. `how`: partner, room, action (what the user did, for counters), alive (the user's own doing, which
-- proves that they live).
local function plan(person, to, cause, how)
  local from, meta, partner, action = person.state, person.meta, how.partner, how.action
  local spent, since = time_spent(person), NOW
  if from == 'CONNECTING' and to == 'WAITING' then
    -- The connection failed: the earlier queue time is kept, so that no place is lost.
    local queued = tonumber(meta.queuedAt)
    if queued and queued >= 0 and queued < NOW then since = queued end
  end
  add_step(person, to, since, cause, spent, partner or meta.matchedWith)
  if PAIRED[from] and not PAIRED[to] then
    -- The books of the pair are closed.
    if from == 'IN_CALL' then
      local calls, average = tonumber(meta.totalCalls) or 0, tonumber(meta.averageCallDuration) or 0
      change(person, 'totalCalls', calls + 1)
      change(person, 'averageCallDuration', math.floor((average * calls + spent) / (calls + 1) + 0.5))
    end
    if meta.matchedWith then
      person.left = meta.matchedWith
      change(person, 'lastPartner', meta.matchedWith)
      change(person, 'matchedWith', false)
    end
    if meta.currentRoom then
      change(person, 'lastRoom', meta.currentRoom)
      change(person, 'currentRoom', false)
    end
    if meta.ready then change(person, 'ready', false) end
    if meta.roomJoinTime then change(person, 'roomJoinTime', false) end
  end
  if from == 'WAITING' and to == 'CONNECTING' then change(person, 'queuedAt', text_of(person.since)) end
  if to == 'IN_CALL' then
    change(person, 'roomJoinTime', NOW_TEXT)
    if meta.ready then change(person, 'ready', false) end
  end
  if partner then
    change(person, 'matchedWith', partner)
    change(person, 'currentRoom', how.room or false)
  end
  if action then
    change(person, 'lastAction', action)
    change(person, 'lastActionTime', NOW_TEXT)
    local counter = COUNTERS[action]
    if counter then change(person, counter, (tonumber(meta[counter]) or 0) + 1) end
  end
  touch(person, how.alive)
  person.previous = from or person.previous
  person.state, person.since, person.moved = to, since, true
end

-- Completes the metadata of a user who stays; the fields that undo brings back stand as they were.
local function finish_metadata(person)
  local meta = person.meta
  if person.restored then return end
  if person.moved then
    change(person, 'state', person.state)
    if person.previous then change(person, 'previousState', person.previous) end
    change(person, 'lastStateChange', text_of(person.since))
  end
  if not meta.createdAt then
    local exists = read('EXISTS', person.key) == 1
    person.new = not person.was and not exists
    -- Where there is nothing, no field needs to be asked for.
    if not exists then setmetatable(meta, nil) end
    change(person, 'createdAt', NOW_TEXT)
    change(person, 'sessionStartTime', NOW_TEXT)
    for _, counter in pairs(COUNTERS) do change(person, counter, tonumber(meta[counter]) or 0) end
  end
  -- Who proves to live is active.
  if person.alive and meta.isActive ~= 'true' and person.old.isActive == nil then change(person, 'isActive', 'true') end
end

-- Whoever the plan leaves alone: { user, partner or false, kind } each. Either the user leaves a partner who still
-- believes in them, or the user is put into a call in which nobody is with them.
local function left_alone()
  local found = {}
  for i = 1, #order do
    local person = order[i]
    if person.left then
      local partner = meet(person.left)
      if PAIRED[partner.state] and partner.meta.matchedWith == person.id then
        found[#found + 1] = { person.id, partner.id, 'partner-left-alone' }
      end
    end
    if person.state == 'IN_CALL' then
      local partner = person.meta.matchedWith and meet(person.meta.matchedWith)
      if not partner or partner.state ~= 'IN_CALL' or partner.meta.matchedWith ~= person.id then
        found[#found + 1] = { person.id, person.meta.matchedWith or false, 'alone-in-call' }
      end
    end
  end
  return found
end
