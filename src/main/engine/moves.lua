-- moves: plans what becomes of users, and what is counted of it. Nothing is written here.

-- Steps, how often what happened for the statistics, and the keys of new cooldowns: nil while there are none.
local steps, counts, cooldowns = { nil }, { edge = nil, time = nil }, nil

-- What a script says of its plan before it includes record.lua: its kind, whom it leaves alone (left-alone.lua finds
-- them), and what the audit trail tells, each nil for nothing: { action, reason, detail, undoes = transaction }.
local kind, warnings, audit
-- What was or would be done, as JSON: set by record.lua.
local record

local function is_paired(state)
  return state == 'CONNECTING' or state == 'IN_CALL'
end

-- One step of the journal and of the transaction's record, counted in the statistics; `to` is false for a user who leaves
-- every set. Returns how long the user was in the state that is left, in whole ms; false for a user in none.
local function add_step(person, to, at, cause, partner)
  local from, since, spent = person.state, person.since, false
  local edge = (from or 'UNKNOWN') .. '>' .. (to or 'UNKNOWN') .. ':' .. cause
  counts[edge] = (counts[edge] or 0) + 1
  if since then
    spent = NOW - since
    spent = spent > 0 and spent - spent % 1 or 0
  end
  -- The way back of an undo is no wait.
  local histogram = cause ~= 'rollback'
    and (from == 'WAITING' and (to == 'CONNECTING' and 'wait:match:' or 'wait:leave:') or from == 'IN_CALL' and 'call:')
  if histogram then
    -- The group of a log-linear histogram: exact below 16, then 16 groups to each doubling, so that the middle of a
    -- group is at most 1/32 away from any value in it. src/shared/histogram.ts is its inverse.
    local group = spent
    if spent >= 16 then
      local _, exponent = math.frexp(spent)
      local sixteenths = spent / 2 ^ (exponent - 5)
      group = (exponent - 5) * 16 + sixteenths - sixteenths % 1
    end
    local field = histogram .. group
    counts[field] = (counts[field] or 0) + 1
  end
  steps[#steps + 1] = { person = person, from = from or false, since = since or false, to = to, at = at, cause = cause,
    spent = spent, partner = partner or false }
  return spent
end

-- Plans one move. `action` is what the user did, for counters; `alive` says that it is the user's own doing, which proves
-- that they live. `partner` and `room` are of a new pair.
local function plan(person, to, cause, action, alive, partner, room)
  local from, meta, since = person.state, person.meta, NOW_TEXT
  if from == 'CONNECTING' and to == 'WAITING' then
    -- The connection failed: the earlier queue time is kept, so that no place is lost.
    local queued = tonumber(meta.queuedAt)
    if queued and queued >= 0 and queued < NOW then since = string.format('%.17g', queued) end
  end
  local spent = add_step(person, to, since, cause, partner or meta.matchedWith)
  if is_paired(from) and not is_paired(to) then
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
  if from == 'WAITING' and to == 'CONNECTING' then change(person, 'queuedAt', person.since) end
  if to == 'IN_CALL' then
    change(person, 'roomJoinTime', NOW_TEXT)
    if meta.ready then change(person, 'ready', false) end
  end
  if partner then
    change(person, 'matchedWith', partner)
    change(person, 'currentRoom', room or false)
  end
  if action then
    change(person, 'lastAction', action)
    change(person, 'lastActionTime', NOW_TEXT)
    local counter = action == 'match' and 'totalMatches' or action == 'skip' and 'totalSkips'
      or action == 'end' and 'totalEnds'
    if counter then change(person, counter, (tonumber(meta[counter]) or 0) + 1) end
  end
  touch(person, alive)
  person.previous = from or person.previous
  person.state, person.since, person.moved = to, since, true
end
