-- change: creates, patches or removes users' metadata without moving anybody.
--
-- ARGV[6]   action           'create' | 'patch' | 'remove'
-- ARGV[7]   reason           of an operator, for the audit trail; '' when no person asked for it
-- ARGV[8]   audit action     name of the operation in the audit trail
-- ARGV[9]   dry run          '1' to report without writing
-- ARGV[10…] users            each: user, number of fields n, n times field, value, and '1' to set or '' to take away
--
-- Returns { 'done' | 'planned' | 'none' | 'repeated', record, outcomes }; outcomes as JSON: for each user 'done',
--         'unknown' (in no set and without metadata), 'exists', 'in-state' (remove only) or 'split'; '[]' for a repeat.
-- Effects  create: the fields that are missing, for a user who is in a set and has no metadata. patch: the fields given,
--          for a user who is known. remove: all metadata of a user who is in no set. The state is written as the sets
--          have it. Nobody who is unknown comes into being.
local ACTION, REASON, AUDIT_ACTION, DRY = ARGV[6], ARGV[7], ARGV[8], ARGV[9] == '1'
local USERS, USERS_AT = ARGV, 10

if done then
  return { 'repeated', done, '[]' }
end

-- @include forgetting
local function outcome_for(person, exists)
  if person.split then return 'split' end
  if not exists and not (person.state and ACTION ~= 'remove') then return 'unknown' end
  if ACTION == 'create' and exists then return 'exists' end
  if ACTION == 'remove' and person.state then return 'in-state' end
  return 'done'
end

-- The copy of the state, where it is missing or wrong.
local function sync_state(person)
  if person.state and person.meta.state ~= person.state then
    change(person, 'state', person.state)
    change(person, 'lastStateChange', person.since)
  end
end

local outcomes, at = {}, USERS_AT
while at <= #USERS do
  local id, fields = USERS[at], tonumber(USERS[at + 1])
  local person = meet(id)
  local outcome = outcome_for(person, read('EXISTS', person.key) == 1)
  outcomes[#outcomes + 1] = outcome
  if outcome == 'done' and ACTION == 'remove' then
    forget(person)
  elseif outcome == 'done' then
    touch(person, false)
    sync_state(person)
    for field = 0, fields - 1 do
      local first = at + 2 + field * 3
      change(person, USERS[first], USERS[first + 2] == '1' and USERS[first + 1])
    end
  end
  at = at + 2 + fields * 3
end

local told = cjson.encode(outcomes)
if not order[1] then
  return { 'none', '', told }
end
kind, audit = ACTION, REASON ~= '' and { AUDIT_ACTION, REASON }
-- @include record
if DRY then
  return { 'planned', record, told }
end
-- @include commit
return { 'done', record, told }
