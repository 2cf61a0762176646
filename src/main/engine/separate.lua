-- separate: takes a user out of a pair or out of the queue, and the partner with them.
--
-- ARGV[6]   user             who acts
-- ARGV[7]   action           'skip' | 'end' | 'fail' | 'leave' | 'disconnect' | 'cleanup'
-- ARGV[8]   alive            '1' when the user asked for it, which proves that they live
-- ARGV[9]   cause            what the journal says for the user; for the partner it is 'partner-' .. action
-- ARGV[10]  room             the call that the action is about; '' for whichever the user is in
-- ARGV[11]  reason           of a cleanup, for the audit trail
--
-- Returns { 'done' | 'repeated', record, partner }, or
--         { 'superseded', now, '' } when the call of that room is over already and the user is where they want to be,
--         { 'refused', faults } with faults as JSON: [0, user, [states], action, 'wrong_state' | 'split'].
-- Effects  skip: both IN_CALL > DISCONNECTING > WAITING. end: the same, but the user goes on to IDLE.
--          fail: both CONNECTING > WAITING with their old place. leave: WAITING > IDLE.
--          disconnect: from any state to IDLE by legal moves. While CONNECTING, skip and end go through WAITING.
--          cleanup: from any state, several or none straight to IDLE, by force and audited.
--          The two are not paired again while the cooldown lasts. A partner who is elsewhere by now is left in peace.
local ID, ACTION, ALIVE, CAUSE, ROOM, REASON = ARGV[6], ARGV[7], ARGV[8] == '1', ARGV[9], ARGV[10], ARGV[11]

-- @include couples
-- The way out of each state, by action. The partner always goes back to the queue.
local PATHS = {
  skip = WAY_BACK,
  ['end'] = { IN_CALL = WAY_OUT.IN_CALL, CONNECTING = WAY_OUT.CONNECTING },
  fail = { CONNECTING = WAY_BACK.CONNECTING },
  leave = { WAITING = WAY_OUT.WAITING },
  disconnect = WAY_OUT,
}
local WHAT_THE_USER_DID = { skip = 'skip', ['end'] = 'end' }

if done then
  return { 'repeated', done, '' }
end

local person = meet(ID)

-- The call that the action is about ended a moment ago, because the partner was quicker or has died.
local function is_over()
  return ROOM ~= '' and person.meta.currentRoom ~= ROOM and person.meta.lastRoom == ROOM
end

-- The moves that the action asks of the user; nil when it is not possible here.
local function path_of()
  local state = person.state or 'UNKNOWN'
  if ACTION == 'cleanup' then
    return person.state and { 'IDLE' }
  elseif person.split then
    return nil
  elseif is_over() then
    -- Whoever skipped is back in the queue or further; whoever ended wants to be out, wherever the queue took them.
    return ACTION == 'end' and PATHS.disconnect[state] or {}
  elseif ROOM ~= '' and person.meta.currentRoom ~= ROOM then
    return nil
  end
  return PATHS[ACTION][state]
end

local path = path_of()
if not path then
  local states = person.split or { person.state or 'UNKNOWN' }
  return { 'refused', cjson.encode({ { 0, ID, states, ACTION, person.split and 'split' or 'wrong_state' } }) }
end
if #path == 0 and ACTION ~= 'disconnect' then
  return { 'superseded', NOW, '' }
end

local partner = mutual_partner(person)
local partner_path = partner and WAY_BACK[partner.state]
walk(person, path, CAUSE, WHAT_THE_USER_DID[ACTION] or 'disconnect', ALIVE)
touch(person, ALIVE)
if partner then
  walk(partner, partner_path, 'partner-' .. ACTION, 'disconnect', false)
  cool(ID, partner.id)
end
if ACTION == 'disconnect' then change(person, 'isActive', 'false') end
kind = ACTION
if ACTION == 'cleanup' then
  audit = { 'users.cleanup', REASON, 'IDLE' }
end
-- @include left-alone
-- @include record
-- @include commit
return { 'done', record, partner and partner.id or '' }
