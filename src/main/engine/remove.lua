-- remove: takes users out of every state and forgets them; undo brings them back.
--
-- KEYS[14]  heartbeat:<id>   string       prefix: the last heartbeat, as older clients write it
--
-- ARGV[6]   dry run          '1' to report without writing
-- ARGV[7]   reason           for the audit trail; '' leaves no entry there
-- ARGV[8]   expected         state; whoever is elsewhere is skipped; '' for any
-- ARGV[9]   traces           '1' to take away what else is kept by the user's name too
-- ARGV[10]  couples n        then n times two users, whose cooldowns are taken away
-- ARGV[11…] users            after the couples
--
-- Returns { 'done' | 'repeated' | 'planned', record, faults }, or { 'none', now, faults } when nobody is known.
--         Faults are JSON: [index, user, [states], 'remove', 'unknown' | 'expected'] for each user who is skipped.
-- Effects  Sets, metadata and heartbeat index lose each user; journal, history, statistics and audit trail tell it; the
--          record keeps the whole metadata. A partner who stays goes back to the queue in the same breath.
--          With traces, history and heartbeat:<id> go as well; undo does not bring those back.
local HEARTBEAT = KEYS[14]
local DRY, REASON, EXPECTED, TRACES = ARGV[6] == '1', ARGV[7], ARGV[8], ARGV[9] == '1'
local COUPLES, REST, COUPLES_AT = tonumber(ARGV[10]), ARGV, 11
local USERS, USERS_AT = ARGV, COUPLES_AT + 2 * COUPLES

if done then
  return { 'repeated', done, '[]' }
end

-- @include couples
-- @include forgetting
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

-- Written last, for users and couples who may be gone from the sets already.
local function remove_traces()
  if DRY or not TRACES then return end
  for i = 0, COUPLES - 1 do
    redis.call('DEL', cooldown_key(REST[COUPLES_AT + 2 * i], REST[COUPLES_AT + 2 * i + 1]))
  end
  for at = USERS_AT, #USERS do
    redis.call('DEL', HISTORY .. USERS[at], HEARTBEAT .. USERS[at])
    redis.call('ZREM', HEARTBEATS, USERS[at])
  end
end

local told = faults[1] and cjson.encode(faults) or '[]'
if not steps[1] then
  remove_traces()
  return { 'none', NOW, told }
end
for i = 1, #partners do
  local partner = partners[i]
  if not partner.gone and WAY_BACK[partner.state] then
    walk(partner, WAY_BACK[partner.state], 'partner-disconnect', 'disconnect', false)
  end
end
kind, audit = 'remove', REASON ~= '' and { 'users.remove', REASON }
-- @include left-alone
-- @include record
if DRY then
  return { 'planned', record, told }
end
-- @include commit
remove_traces()
return { 'done', record, told }
