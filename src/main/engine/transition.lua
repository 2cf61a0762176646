-- transition: moves one user or many, legally or by force, all or nothing.
--
-- Options, besides those of core.lua:
--           forced           any move is allowed (an admin's, audited)
--           reason           of a forced move
--           dry              check and report without writing
--           skip             leave out each step that cannot be made, instead of refusing them all
-- ARGV[6…]  steps            each: user, to, cause, alive ('1'), and what else there is to say, as JSON of
--                            { expected = 'A' or 'A|B', action, partner, room, patch = [field, value, …] }, or ''
--
-- Returns the record, when all was done;
--         { 'done' | 'repeated' | 'planned', record, faults } with the record as JSON (see record.lua),
--         { 'none', now, faults } when every step was left out, or { 'refused', faults }. Faults are JSON:
--         [step, user, [states], to, 'illegal' | 'expected' | 'split' | 'unknown' | 'there']; missing for none.
-- Effects  sets, metadata, heartbeat index, journal, histories, statistics and transaction record change together;
--          a forced move writes the audit trail in the same breath.
local FORCED, DRY, SKIP = OPTIONS and OPTIONS.forced, OPTIONS and OPTIONS.dry, OPTIONS and OPTIONS.skip
local STEPS, STEPS_AT, STEP_SIZE = ARGV, 6, 5

if done then
  return { 'repeated', done }
end

-- Many are met together. A single one is met below.
local SIZE = #STEPS
if STEPS_AT + STEP_SIZE <= SIZE then
  -- @include crowd
  local ids = {}
  for at = STEPS_AT, SIZE, STEP_SIZE do ids[#ids + 1] = STEPS[at] end
  for first = 1, #ids, 1000 do meet_all(ids, first, math.min(first + 999, #ids)) end
end

-- @include legal-moves
local faults, number = nil, 0
for at = STEPS_AT, SIZE, STEP_SIZE do
  local id, to, cause, alive, more = unpack(STEPS, at, at + STEP_SIZE - 1)
  local person = meet(id)
  local state, split, fault = person.state or 'UNKNOWN', person.split, nil
  more = more ~= '' and cjson.decode(more)
  if split and not FORCED then
    fault = 'split'
  elseif more and more.expected and not string.find('|' .. more.expected .. '|', '|' .. state .. '|', 1, true) then
    fault = 'expected'
  elseif not FORCED then
    fault = not is_legal(state, to) and 'illegal'
  elseif not person.state and not person.meta.state and not person.meta.createdAt then
    -- A slip of the pen must not bring a person to life.
    fault = 'unknown'
  elseif SKIP and state == to and not split then
    fault = 'there'
  end
  if fault then
    faults = faults or {}
    faults[#faults + 1] = { number, id, split or { state }, to, fault }
  end
  if faults and not SKIP then
    -- Nothing will be written. Later steps of this user are judged as if this one had worked, so that each fault is
    -- named once.
    person.state = to
  elseif not fault then
    plan(person, to, cause, more and more.action, alive == '1', more and more.partner, more and more.room)
    local patch = more and more.patch
    for field = 1, patch and #patch or 0, 2 do change(person, patch[field], patch[field + 1]) end
  end
  number = number + 1
end

local told = faults and cjson.encode(faults)
if faults and not SKIP then
  return { 'refused', told }
elseif not steps[1] then
  return { 'none', NOW, told }
end
kind, audit = FORCED and 'force' or 'transition', FORCED and { 'transitions.force', OPTIONS.reason, order[1].state }
-- @include left-alone
-- @include record
if DRY then
  return { 'planned', record, told }
end
-- @include commit
return told and { 'done', record, told } or record
