-- pair: makes a couple of two chosen users who wait.
--
-- ARGV[6]   first
-- ARGV[7]   second
--
-- Returns the record, { 'repeated', record }, or
--         { 'refused', faults } with faults as JSON: [step, user, [states], 'pair' or the other user,
--         'wrong_state' | 'split' | 'cooldown'].
-- Effects  as match: both go WAITING > CONNECTING in the same breath, with room and partner.
local IDS = { ARGV[6], ARGV[7] }

if done then
  return { 'repeated', done }
end

-- @include couples
local faults = {}
for i = 1, 2 do
  local person = meet(IDS[i])
  if person.split or person.state ~= 'WAITING' then
    local states = person.split or { person.state or 'UNKNOWN' }
    faults[#faults + 1] = { i - 1, person.id, states, 'pair', person.split and 'split' or 'wrong_state' }
  end
end
if not faults[1] and read('EXISTS', cooldown_key(IDS[1], IDS[2])) == 1 then
  faults[1] = { 0, IDS[1], { 'WAITING' }, IDS[2], 'cooldown' }
end
if faults[1] then
  return { 'refused', cjson.encode(faults) }
end

plan(meet(IDS[1]), 'CONNECTING', 'match', 'match', false, IDS[2], TX .. '-0')
plan(meet(IDS[2]), 'CONNECTING', 'match', 'match', false, IDS[1], TX .. '-0')
kind = 'match'
-- @include record
-- @include commit
return record
