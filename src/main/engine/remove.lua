-- remove: takes users out of every state and forgets them; undo brings them back. core.lua stands before it.
--
-- ARGV[11]  dry run          '1' to report without writing
-- ARGV[12]  reason           for the audit trail
-- ARGV[13]  expected         state; whoever is elsewhere is skipped; '' for any
-- ARGV[14…] users
--
-- Returns { 'done' | 'repeated' | 'planned', record, faults }, or { 'none', now, faults } when nobody is known.
--         Faults are JSON: [index, user, [states], 'remove', 'unknown' | 'expected'] for each user who is skipped.
-- Effects  Sets, metadata and heartbeat index lose each user; journal, history, statistics and audit trail tell it; the
--          record keeps the whole metadata. A partner who stays goes back to the queue in the same breath.
local DRY, REASON, EXPECTED = ARGV[11] == '1', ARGV[12], ARGV[13]
local USERS, USERS_AT = ARGV, 14

local done = first_result()
if done then
  return { 'repeated', done, '[]' }
end

local faults, partners, seen = {}, {}, {}
for at = USERS_AT, #USERS do
  local person = meet(USERS[at])
  if seen[person.id] then
    -- Named twice: removed once.
  elseif not person.state and read('EXISTS', person.key) == 0 then
    faults[#faults + 1] = { at - USERS_AT, person.id, { 'UNKNOWN' }, 'remove', 'unknown' }
  elseif EXPECTED ~= '' and (person.split or person.state ~= EXPECTED) then
    faults[#faults + 1] = { at - USERS_AT, person.id, person.split or { person.state or 'UNKNOWN' }, 'remove', 'expected' }
  else
    partners[#partners + 1] = mutual_partner(person)
    plan_removal(person, 'remove')
  end
  seen[person.id] = true
end

local told = faults[1] and cjson.encode(faults) or '[]'
if not steps[1] then
  return { 'none', NOW, told }
end
for i = 1, #partners do
  local partner = partners[i]
  if not partner.gone and WAY_BACK[partner.state] then
    walk(partner, WAY_BACK[partner.state], 'partner-disconnect', 'disconnect', false)
  end
end
local warnings = left_alone()
if DRY then
  return { 'planned', encode_record('remove', '', warnings), told }
end
return { 'done', commit('remove', fingerprint(), warnings, audit_entry('users.remove', REASON)), told }
