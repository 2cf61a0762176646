-- rollback: undoes a transaction while it can be undone.
--
-- KEYS[13]  tx:<id>          string       what the transaction to undo did
--
-- ARGV[6]   target           id of the transaction to undo
-- ARGV[7]   reason           for the audit trail; '' for none
--
-- Returns the record, { 'repeated', record },
--         { 'refused', 'gone' | 'undone' | 'is_undo' | 'was_damage' | 'nothing' } for a transaction that cannot be undone, or
--         { 'moved_on', faults } with faults as JSON: [0, user, [states], target, 'moved_on' | 'left'].
-- Effects  Each user is again where they were, with the earlier entry time, so a queue place is kept; the metadata
--          that the transaction changed is as it was; the cooldowns that it set are gone. The record of the target is
--          marked, so that it happens once. Statistics keep what was counted, and count the way back.
local TARGET_KEY, TARGET, REASON = KEYS[13], ARGV[6], ARGV[7]
local TRANSACTION_TTL = OPTIONS and OPTIONS.transactionTtlMs or DEFAULT.transactionTtlMs
-- What can be undone although nobody moved: changes of metadata. The same as in `core.ts`.
local KINDS_WITHOUT_MOVES = { patch = true, remove = true, repair = true }

if done then
  return { 'repeated', done }
end

local json = read('GET', TARGET_KEY)
local target = json and cjson.decode(json)
if not target or target.at + TRANSACTION_TTL <= NOW then
  return { 'refused', 'gone' }
elseif target.undoneBy then
  return { 'refused', 'undone' }
elseif target.kind == 'rollback' then
  return { 'refused', 'is_undo' }
elseif target.kind == 'repair-split' then
  return { 'refused', 'was_damage' }
elseif not target.moves[1] and not KINDS_WITHOUT_MOVES[target.kind] then
  return { 'refused', 'nothing' }
end

-- Where each user was before the transaction, and where it put them.
local first, last = {}, {}
for i = 1, #target.moves do
  local id, from, since, to, at = unpack(target.moves[i], 1, 5)
  first[id] = first[id] or { state = from or nil, since = since and string.format('%.17g', since) or nil }
  last[id] = { state = to or nil, since = to and at or nil }
end

-- Whoever did not move was only written to: nobody may have written there since.
local function is_as_it_was_left(person)
  local stamp = read('HGET', person.key, 'updatedAt')
  return stamp == string.format('%.0f', target.at) or target.kind ~= 'patch' and not stamp
end

local function is_where_it_was_put(person)
  local put = last[person.id]
  if not target.moves[1] then return is_as_it_was_left(person) end
  return not put or not person.split and person.state == put.state
    and (not put.state or math.abs(person.since - put.since) < 1)
end

local faults = {}
local function refuse_for(person, word)
  faults[#faults + 1] = { 0, person.id, person.split or { person.state or 'UNKNOWN' }, TARGET, word }
end
for i = 1, #target.undo do
  local person = meet(target.undo[i][1])
  if not is_where_it_was_put(person) then refuse_for(person, 'moved_on') end
end
if faults[1] then
  return { 'moved_on', cjson.encode(faults) }
end

local function restore(person, fields, mark)
  local before = first[person.id]
  if before then
    add_step(person, before.state or false, before.since or NOW_TEXT, 'rollback',
      person.meta.matchedWith or fields.matchedWith)
    person.left = is_paired(person.state) and person.meta.matchedWith or nil
    person.state, person.since, person.moved = before.state, before.since, true
  end
  -- Who was brought to life by the transaction leaves nothing behind, whatever happened since.
  person.restored, person.gone = true, mark == 'new'
  person.heartbeat = type(mark) == 'number' and string.format('%.17g', mark) or nil
  for field, value in pairs(fields) do change(person, field, value) end
  touch(person, false)
end

for i = 1, #target.undo do
  restore(meet(target.undo[i][1]), target.undo[i][2], target.undo[i][3])
end

-- Nobody is put back into a pair that the partner has left meanwhile.
for i = 1, #order do
  local person = order[i]
  local partner = is_paired(person.state) and person.meta.matchedWith and meet(person.meta.matchedWith)
  if partner and not (is_paired(partner.state) and partner.meta.matchedWith == person.id) then
    refuse_for(partner, 'left')
  end
end
if faults[1] then
  return { 'moved_on', cjson.encode(faults) }
end

local rest = read('PTTL', TARGET_KEY)
kind, audit = 'rollback', { 'transitions.rollback', REASON, target.kind, undoes = TARGET }
-- @include left-alone
-- @include record
-- @include commit
for i = 1, #target.cooldowns do redis.call('DEL', target.cooldowns[i]) end
local marked = string.sub(json, 1, -2) .. ',"undoneBy":' .. cjson.encode(TX) .. '}'
redis.call('SET', TARGET_KEY, marked, 'PX', math.max(1, rest))
return record
