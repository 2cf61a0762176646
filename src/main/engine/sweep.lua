-- sweep: takes those who stayed too long, or fell silent, out of their state. 
--
-- KEYS[14]  heartbeat:<id>   string       prefix: the last heartbeat, as older clients write it
--
-- ARGV[6]   rule             'connecting' | 'disconnecting' | 'alone' | 'heartbeat'
-- ARGV[7]   limit            ms: longer than this is too long
-- ARGV[8]   forget           ms: a silent user who is IDLE for this long is forgotten
-- ARGV[9]   offset           how many at the head of the list earlier calls left where they are
-- ARGV[10]  count            how many are looked at, so that one call stays short
-- ARGV[11]  dry run          '1' to report without writing
-- ARGV[12…] users            who is looked at by the rule 'alone'; the other rules have lists of their own
--
-- Returns { 'done' | 'planned' | 'none' | 'repeated', record, looked at, next offset, 'more' | 'enough' }; the record
--         is '' when nobody was moved.
-- Effects  connecting: the user and the partner go back to the queue with their old place, and are not paired again
--          for a while. disconnecting: to IDLE. alone: whoever is in a call that the named partner is not in goes back
--          to the queue. heartbeat: to IDLE by legal moves, the partner back to the queue in the
--          same breath; from IDLE out of everything. A gracePeriod in the metadata protects: until that time, or
--          while it is true. Before anyone counts as silent, metadata and heartbeat:<id> are asked too, since other
--          programs do not know the index; the index learns what was found. Damaged users are left for the repair.
local HEARTBEAT = KEYS[14]
local RULE, LIMIT, FORGET = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local OFFSET, COUNT, DRY = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11] == '1'
local USERS, USERS_AT = ARGV, 12

if done then
  return { 'repeated', done, 0, OFFSET, 'enough' }
end

-- @include couples
-- @include forgetting
local CAUSE = 'sweep-' .. RULE
local LISTS = { connecting = SETS.CONNECTING, disconnecting = SETS.DISCONNECTING, heartbeat = HEARTBEATS }
local dropped, refreshed = {}, {}

-- Nil for a user whose keys are damaged, so that one of them does not stop the sweep of all others.
local function approach(id)
  local sound, person = pcall(function()
    read('LLEN', HISTORY .. id)
    return meet(id)
  end)
  if sound and not person.split then return person end
end

-- Takes the user out of a pair along a way, and the partner back to the queue.
local function release(person, way, partner_cause)
  local partner = person.meta.matchedWith and approach(person.meta.matchedWith) and mutual_partner(person)
  local partner_way = partner and WAY_BACK[partner.state]
  walk(person, way, CAUSE)
  if partner then
    walk(partner, partner_way, partner_cause, 'disconnect')
    cool(person.id, partner.id)
  end
end

-- The newest sign of life wherever it was left, and whether a grace period protects.
local function signs_of_life(person, indexed)
  local newest = indexed
  local values = read('HMGET', person.key, 'lastHeartbeat', 'lastActivity', 'gracePeriod')
  local heartbeat = redis.pcall('GET', HEARTBEAT .. person.id)
  for _, text in pairs({ values[1], values[2], type(heartbeat) == 'string' and heartbeat }) do
    newest = math.max(newest, tonumber(text) or 0)
  end
  local grace = values[3]
  return math.min(newest, NOW), grace == 'true' or (tonumber(grace) or 0) > NOW
end

-- Each rule returns true when the user stays in the list, so that the next call begins behind them.
local rules = {}

function rules.connecting(person)
  if person.state == 'CONNECTING' then release(person, WAY_BACK.CONNECTING, CAUSE) end
end

function rules.disconnecting(person)
  if person.state == 'DISCONNECTING' then walk(person, WAY_OUT.DISCONNECTING, CAUSE) end
end

function rules.alone(person)
  if person.state ~= 'IN_CALL' or not person.meta.matchedWith then return end
  local partner = approach(person.meta.matchedWith) and mutual_partner(person)
  if not partner or partner.state ~= 'IN_CALL' then release(person, WAY_BACK.IN_CALL, 'partner-disconnect') end
end

function rules.heartbeat(person, indexed)
  local sign, grace = signs_of_life(person, indexed)
  if sign > NOW - LIMIT then
    refreshed[#refreshed + 1] = { sign, person.id }
    return false
  elseif grace then
    return true
  elseif person.state == 'IDLE' then
    if NOW - person.since < FORGET then return true end
    plan_removal(person, CAUSE)
    return false
  elseif person.state then
    release(person, WAY_OUT[person.state], 'partner-disconnect')
    change(person, 'isActive', 'false')
    return true
  elseif read('EXISTS', person.key) == 0 then
    dropped[#dropped + 1] = person.id
    return false
  end
  return true
end

local list = LISTS[RULE] and read('ZRANGE', LISTS[RULE], OFFSET, OFFSET + COUNT - 1, 'WITHSCORES') or {}
local looked, kept, more = 0, 0, #list == 2 * COUNT
for at = USERS_AT, #USERS do
  local person = approach(USERS[at])
  if person then rules.alone(person) end
end
for i = 1, #list, 2 do
  local score = tonumber(list[i + 1])
  if score > NOW - LIMIT then
    more = false
    break
  end
  looked = looked + 1
  local person = approach(list[i])
  if not person or rules[RULE](person, score) then kept = kept + 1 end
end

more = more and 'more' or 'enough'
if order[1] then
  kind = 'sweep'
  -- @include record
  if not DRY then
    -- @include commit
  end
end
if DRY then
  return { 'planned', record or '', looked, OFFSET + looked, more }
end
for i = 1, #refreshed do redis.call('ZADD', HEARTBEATS, 'XX', refreshed[i][1], refreshed[i][2]) end
for i = 1, #dropped do redis.call('ZREM', HEARTBEATS, dropped[i]) end
return { order[1] and 'done' or 'none', record or '', looked, OFFSET + kept, more }
