-- separate: takes a user out of a pair or out of the queue, and the partner with them. core.lua stands before it.
--
-- ARGV[11]  user             who acts
-- ARGV[12]  action           'skip' | 'end' | 'fail' | 'leave' | 'disconnect'
-- ARGV[13]  alive            '1' when the user asked for it, which proves that they live
-- ARGV[14]  cause            what the journal says for the user; for the partner it is 'partner-' .. action
--
-- Returns { 'done' | 'repeated', record, partner }, or
--         { 'refused', faults } with faults as JSON: [0, user, [states], action, 'wrong_state' | 'split'].
-- Effects  skip: both IN_CALL > DISCONNECTING > WAITING. end: the same, but the user goes on to IDLE.
--          fail: both CONNECTING > WAITING with their old place. leave: WAITING > IDLE.
--          disconnect: from any state to IDLE by legal moves. While CONNECTING, skip and end go through WAITING.
--          The two are not paired again while the cooldown lasts. A partner who is elsewhere by now is left in peace.
local ID, ACTION, ALIVE, CAUSE = ARGV[11], ARGV[12], ARGV[13] == '1', ARGV[14]

-- The way out of each state, by action: legal moves in order.
local PATHS = {
  skip = { IN_CALL = { 'DISCONNECTING', 'WAITING' }, CONNECTING = { 'WAITING' } },
  ['end'] = { IN_CALL = { 'DISCONNECTING', 'IDLE' }, CONNECTING = { 'WAITING', 'IDLE' } },
  fail = { CONNECTING = { 'WAITING' } },
  leave = { WAITING = { 'IDLE' } },
  disconnect = { IN_CALL = { 'DISCONNECTING', 'IDLE' }, CONNECTING = { 'WAITING', 'IDLE' }, WAITING = { 'IDLE' },
    DISCONNECTING = { 'IDLE' } },
}
-- The partner always goes back to the queue: for them it is a skip.
local PARTNER_PATHS = PATHS.skip

local done = first_result()
if done then
  return { 'repeated', done, '' }
end

local person = meet(ID)
local path = not person.split and PATHS[ACTION][person.state]
if not path then
  local states = person.split or { person.state or 'UNKNOWN' }
  return { 'refused', cjson.encode({ { 0, ID, states, ACTION, person.split and 'split' or 'wrong_state' } }) }
end

-- Only a partner who is in the same state and believes in this user too.
local function mutual_partner()
  local id = PAIRED[person.state] and person.meta.matchedWith
  if not id or id == ID then return nil end
  local partner = meet(id)
  if not partner.split and partner.state == person.state and partner.meta.matchedWith == ID then
    return partner
  end
end

local function walk(who, way, cause, action, alive)
  for i = 1, #way do
    plan(who, way[i], cause, { action = i == 1 and action or nil, alive = alive })
  end
end

local partner = mutual_partner()
local partner_path = partner and PARTNER_PATHS[partner.state]
walk(person, path, CAUSE, COUNTERS[ACTION] and ACTION or 'disconnect', ALIVE)
if partner then
  walk(partner, partner_path, 'partner-' .. ACTION, 'disconnect', false)
  cool(ID, partner.id)
end
if ACTION == 'disconnect' then change(person, 'isActive', 'false') end
return { 'done', commit(ACTION, '', {}), partner and partner.id or '' }
