-- repair: puts right what is wrong with one user, each fault by its own rule.
--
-- KEYS[14]  heartbeat:<id>   string       prefix: the last heartbeat, as older clients write it
--
-- ARGV[6]   user
-- ARGV[7]   dry run          '1' to report without writing
-- ARGV[8]   reason           for the audit trail
-- ARGV[9]   heartbeat limit  ms: silent for longer than this is stale
-- ARGV[10]  tolerance        ms: how far ahead a time may be
-- ARGV[11…] kinds            the faults to put right
--
-- Returns { 'done' | 'planned' | 'none' | 'repeated', record, told } with told as JSON: [kind, what was done] each, where
--         what was done is 'kept <state>', 'moved <state>', 'partner too <user>', 'state <state>', 'created', 'removed',
--         'cleared' or 'now'; '[]' when nothing was wrong any more.
-- Effects  split: keeps the state that the metadata name, or else the one entered last. A pair that nobody shares: back
--          to the queue, or to IDLE for who is silent. metadata-mismatch, no-metadata: written as the set has it.
--          orphaned-metadata: IDLE for who lives, else removed. stale-heartbeat: to IDLE, the partner back to the queue;
--          from IDLE forgotten. time-in-future: now instead. Everything is judged again here, at this moment.
local HEARTBEAT = KEYS[14]
local ID, DRY, REASON = ARGV[6], ARGV[7] == '1', ARGV[8]
local LIMIT, TOLERANCE = tonumber(ARGV[9]), tonumber(ARGV[10])
local KINDS, KINDS_AT = ARGV, 11

if done then
  return { 'repeated', done, '[]' }
end

-- @include couples
-- @include forgetting
local wanted = {}
for i = KINDS_AT, #KINDS do wanted[KINDS[i]] = true end

local person = meet(ID)
local was_split = person.split
local exists = read('EXISTS', person.key) == 1
local told, heartbeat_now = {}, false

local function tell(kind, what)
  told[#told + 1] = { kind, what }
end

local function newest_sign()
  local values = read('HMGET', person.key, 'lastHeartbeat', 'lastActivity', 'gracePeriod')
  local newest = -1
  local signs = { read('ZSCORE', HEARTBEATS, ID), read('GET', HEARTBEAT .. ID), values[1], values[2] }
  for i = 1, 4 do newest = math.max(newest, tonumber(signs[i]) or -1) end
  return newest, values[3] == 'true' or (tonumber(values[3]) or 0) > NOW
end
local SIGN, GRACE = newest_sign()
local SILENT = SIGN >= 0 and SIGN <= NOW - LIMIT and not GRACE

-- A new entry time, or the same state after another one was taken away: written, journalled, and no move in the counts.
local function settle(from, since, to, at)
  person.state, person.since = from, since
  steps[#steps + 1] = { person = person, from = from, since = since, to = to, at = at, cause = 'repair', spent = false,
    partner = person.meta.matchedWith or false }
  person.state, person.since, person.moved = to, at, true
  touch(person, false)
end

local function mend_split()
  local keep, latest
  for i = 1, #person.split do
    local state = person.split[i]
    local score = time_of(read('ZSCORE', SETS[state], ID))
    if state == person.meta.state then keep, latest = state, score break end
    if not keep or score - latest > 0 then keep, latest = state, score end
  end
  for i = 1, #person.split do
    if person.split[i] ~= keep then
      local edge = person.split[i] .. '>UNKNOWN:repair'
      counts[edge] = (counts[edge] or 0) + 1
      settle(person.split[i], time_of(read('ZSCORE', SETS[person.split[i]], ID)), keep, latest)
    end
  end
  tell('split', 'kept ' .. keep)
end

local function back_to_queue(who, way)
  walk(who, way, 'repair', 'disconnect')
end

-- Out of a pair that the two do not share, or not in the same state.
local function mend_pair(kind)
  local partner = mutual_partner(person)
  if is_paired(person.state) and not (partner and partner.state == person.state) then
    back_to_queue(person, SILENT and WAY_OUT[person.state] or WAY_BACK[person.state])
    tell(kind, 'moved ' .. person.state)
    if partner then
      back_to_queue(partner, WAY_BACK[partner.state])
      tell(kind, 'partner too ' .. partner.id)
    end
  elseif not is_paired(person.state) and person.meta.matchedWith then
    touch(person, false)
    change(person, 'matchedWith', false)
    if person.meta.currentRoom then change(person, 'currentRoom', false) end
    if person.meta.roomJoinTime then change(person, 'roomJoinTime', false) end
    tell(kind, 'cleared')
  end
end

local function mend_metadata()
  if person.moved or exists and person.meta.state == person.state then return end
  touch(person, false)
  change(person, 'state', person.state)
  change(person, 'lastStateChange', person.since)
  if exists then
    tell('metadata-mismatch', 'state ' .. person.state)
  else
    tell('no-metadata', 'created')
  end
end

local function mend_orphan()
  if SIGN > NOW - LIMIT then
    plan(person, 'IDLE', 'repair')
    tell('orphaned-metadata', 'moved IDLE')
  else
    forget(person)
    tell('orphaned-metadata', 'removed')
  end
end

local function mend_future()
  if person.since - NOW > TOLERANCE then
    settle(person.state, person.since, person.state, NOW_TEXT)
    tell('time-in-future', 'now')
  end
  if SIGN > NOW + TOLERANCE then
    touch(person, false)
    if exists then change(person, 'lastHeartbeat', NOW_TEXT) end
    if exists then change(person, 'lastActivity', NOW_TEXT) end
    heartbeat_now = true
    tell('time-in-future', 'now')
  end
end

local function mend_silence()
  if person.state == 'IDLE' then
    plan_removal(person, 'repair')
    tell('stale-heartbeat', 'removed')
    return
  end
  local partner = mutual_partner(person)
  local partner_way = partner and WAY_BACK[partner.state]
  back_to_queue(person, WAY_OUT[person.state])
  tell('stale-heartbeat', 'moved IDLE')
  if partner then
    back_to_queue(partner, partner_way)
    tell('stale-heartbeat', 'partner too ' .. partner.id)
  end
end

if wanted['split'] and was_split then
  mend_split()
  mend_pair('split')
end
if not (was_split and not wanted['split']) then
  if not person.state then
    if wanted['orphaned-metadata'] and exists then mend_orphan() end
  else
    if wanted['time-in-future'] then mend_future() end
    if wanted['alone-in-call'] then mend_pair('alone-in-call') end
    if wanted['partner-mismatch'] then mend_pair('partner-mismatch') end
    if wanted[exists and 'metadata-mismatch' or 'no-metadata'] then mend_metadata() end
    if wanted['stale-heartbeat'] and SILENT and not person.moved then mend_silence() end
  end
end

if not order[1] then
  return { 'none', '', '[]' }
end
-- A state of damage is not brought back: undo would put the user into two states again.
kind = was_split and 'repair-split' or 'repair'
audit = { 'integrity.repair', REASON, table.concat(KINDS, ' ', KINDS_AT) }
-- @include left-alone
-- @include record
if DRY then
  return { 'planned', record, cjson.encode(told) }
end
-- @include commit
if heartbeat_now then redis.call('ZADD', HEARTBEATS, 'XX', NOW, ID) end
return { 'done', record, cjson.encode(told) }
