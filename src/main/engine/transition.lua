-- transition: moves one user or many, legally or by force, all or nothing. core.lua and crowd.lua stand before it.
--
-- ARGV[12]  forced           '1' when any move is allowed (an admin's, audited)
-- ARGV[13]  dry run          '1' to check and report without writing
-- ARGV[14]  skip             '1' to leave out each step that cannot be made, instead of refusing them all
-- ARGV[15]  reason           of a forced move
-- ARGV[16…] steps            each: user, to, expected states ('' any, else 'A' or 'A|B'), cause, action ('' none),
--                            alive ('1'), partner ('' none), room ('' none), number of metadata fields n, n times
--                            field and value
--
-- Returns { 'done' | 'repeated' | 'planned', record, faults } with the record as JSON (see encode_record in record.lua),
--         { 'none', now, faults } when every step was left out, or { 'refused', faults }. Faults are JSON:
--         [step, user, [states], to, 'illegal' | 'expected' | 'split' | 'unknown' | 'there']; missing for none.
-- Effects  sets, metadata, heartbeat index, journal, histories, statistics and transaction record change together;
--          a forced move writes the audit trail in the same breath.
local FORCED, DRY, SKIP, REASON = ARGV[12] == '1', ARGV[13] == '1', ARGV[14] == '1', ARGV[15]
local STEPS, STEPS_AT, STEP_SIZE = ARGV, 16, 9

if done then
  return { 'repeated', done }
end

-- Many are met together. A single one is met below.
local SIZE = #STEPS
if STEPS_AT + STEP_SIZE + STEPS[STEPS_AT + STEP_SIZE - 1] * 2 <= SIZE then
  local ids, at = {}, STEPS_AT
  while at <= SIZE do
    ids[#ids + 1] = STEPS[at]
    at = at + STEP_SIZE + STEPS[at + STEP_SIZE - 1] * 2
  end
  for first = 1, #ids, 1000 do meet_all(ids, first, math.min(first + 999, #ids)) end
end

local faults, number, at = {}, 0, STEPS_AT
while at <= SIZE do
  local id, to, expected, cause, action, alive, partner, room, fields = unpack(STEPS, at, at + STEP_SIZE - 1)
  local person = meet(id)
  local state, split, fault = person.state or 'UNKNOWN', person.split, nil
  if split and not FORCED then
    fault = 'split'
  elseif expected ~= '' and not string.find('|' .. expected .. '|', '|' .. state .. '|', 1, true) then
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
    faults[#faults + 1] = { number, id, split or { state }, to, fault }
  end
  if faults[1] and not SKIP then
    -- Nothing will be written. Later steps of this user are judged as if this one had worked, so that each fault is
    -- named once.
    person.state = to
  elseif not fault then
    plan(person, to, cause, action ~= '' and action, alive == '1', partner ~= '' and partner, room ~= '' and room)
    for field = 0, fields - 1 do
      change(person, STEPS[at + STEP_SIZE + field * 2], STEPS[at + STEP_SIZE + field * 2 + 1])
    end
  end
  number = number + 1
  at = at + STEP_SIZE + fields * 2
end

local told = faults[1] and cjson.encode(faults) or nil
if faults[1] and not SKIP then
  return { 'refused', told }
elseif not steps[1] then
  return { 'none', NOW, told }
end
local warnings = left_alone()
if DRY then
  return { 'planned', encode_record('transition', warnings), told }
end
local audit = FORCED and { 'transitions.force', REASON, order[1].state } or nil
return { 'done', commit(FORCED and 'force' or 'transition', warnings, audit), told }
