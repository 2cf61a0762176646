-- connect: a user says that the connection to the partner stands.
--
-- ARGV[6]   user             who says so
-- ARGV[7]   at once          '1' when the word of one is enough; otherwise both must have said so
--
-- Returns { 'done' | 'repeated', record, partner }; the record has no moves while the partner has not said so yet,
--         { 'already', now, partner } when the two are in the call already, or
--         { 'refused', faults } with faults as JSON: [0, user, [states], 'connect', 'wrong_state' | 'split' | 'alone'].
-- Effects  Both go CONNECTING > IN_CALL in the same breath, or the user is marked as ready for this room and nobody
--          moves. Nobody is ever in a call without the partner.
local ID, AT_ONCE = ARGV[6], ARGV[7] == '1'

if done then
  return { 'repeated', done, '' }
end

local function refuse(person, word)
  local states = person.split or { person.state or 'UNKNOWN' }
  return { 'refused', cjson.encode({ { 0, ID, states, 'connect', word } }) }
end

local person = meet(ID)
if person.split then return refuse(person, 'split') end
if not is_paired(person.state) then return refuse(person, 'wrong_state') end

local partner = person.meta.matchedWith and person.meta.matchedWith ~= ID and meet(person.meta.matchedWith)
if not partner or partner.split or not is_paired(partner.state) or partner.meta.matchedWith ~= ID then
  return refuse(person, 'alone')
end
if person.state == 'IN_CALL' then
  return partner.state == 'IN_CALL' and { 'already', NOW, partner.id } or refuse(person, 'wrong_state')
end

-- The mark names the room, so that one left over from another pair means nothing.
local room = person.meta.currentRoom or ''
if AT_ONCE or partner.state == 'IN_CALL' or partner.meta.ready == room then
  plan(person, 'IN_CALL', 'connected', nil, true)
  if partner.state == 'CONNECTING' then plan(partner, 'IN_CALL', 'connected') end
else
  touch(person, true)
  change(person, 'ready', room)
end
kind = 'connect'
-- @include left-alone
-- @include record
-- @include commit
return { 'done', record, partner.id }
