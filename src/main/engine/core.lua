-- core: what every script that moves users shares. It stands between read.lua and the script's own body.
--
-- A script meets people (reads and checks), plans their moves in memory, and commits once: nothing is written
-- before everything has been read, checked and encoded, because Redis does not take back what a script wrote
-- before it failed. Each key that will be written is read first, so that a key of a wrong type is found in time.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   heartbeats       sorted set   every known user by last heartbeat
-- KEYS[7]   journal          stream       one entry per user per move
-- KEYS[8]   audit            stream       one entry per operator action
-- KEYS[9]   user:<id>        hash         prefix: metadata
-- KEYS[10]  history:<id>     list         prefix: the user's last moves, newest first
-- KEYS[11]  cooldown:<a>:<b> string       prefix: these two are not paired
-- KEYS[12]  stats:<minute>   hash         prefix: edges and histograms
-- KEYS[13]  tx:<id>          string       prefix: what a transaction did
--
-- ARGV[1]   now              ms since the epoch; '' for the server's clock
-- ARGV[2]   transaction      id; the same id within its lifetime returns the first result
-- ARGV[3]   by               who acts
-- ARGV[4]   request          request id; '' for none
-- ARGV[5]   metadata ttl     ms
-- ARGV[6]   history cap      entries
-- ARGV[7]   journal cap      entries, kept approximately
-- ARGV[8]   statistics ttl   ms
-- ARGV[9]   transaction ttl  ms
-- ARGV[10]  cooldown         ms
local SET_LIST = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }
local SETS = { IDLE = KEYS[1], WAITING = KEYS[2], CONNECTING = KEYS[3], IN_CALL = KEYS[4], DISCONNECTING = KEYS[5] }
local HEARTBEATS, JOURNAL, AUDIT = KEYS[6], KEYS[7], KEYS[8]
local USER, HISTORY, COOLDOWN, STATS, TRANSACTION = KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local NOW, TX, BY, REQUEST = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local METADATA_TTL, HISTORY_CAP, JOURNAL_CAP = ARGV[5], tonumber(ARGV[6]), ARGV[7]
local STATS_TTL, TRANSACTION_TTL, COOLDOWN_MS = ARGV[8], ARGV[9], ARGV[10]

if not NOW then
  local time = redis.call('TIME')
  NOW = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- What a plan may need of a user's metadata, read in one go.
local FIELDS = {
  'createdAt', 'state', 'previousState', 'lastStateChange', 'queuedAt', 'currentRoom', 'matchedWith', 'roomJoinTime',
  'lastPartner', 'lastRoom', 'ready', 'lastAction', 'lastActionTime', 'totalMatches', 'totalSkips', 'totalEnds',
  'totalCalls', 'averageCallDuration', 'isActive',
}
local PAIRED = { CONNECTING = true, IN_CALL = true }
local COUNTERS = { match = 'totalMatches', skip = 'totalSkips', ['end'] = 'totalEnds' }

local people, order, steps, counts, cooldowns = {}, {}, {}, {}, {}

-- One user as Redis has them now; the plan then changes `state`, `since` and `meta`.
-- `split` lists the sets of a user who is in more than one, which is damage; such a user counts as being in the
-- pair, so that the partner is not forgotten.
local function meet(id)
  local person = people[id]
  if person then
    return person
  end
  person = { id = id, key = USER .. id, meta = {}, old = {}, set = {} }
  for i = 1, 5 do
    local score = read('ZSCORE', SET_LIST[i], id)
    if score then
      if person.state then
        person.split = person.split or { person.state }
        person.split[#person.split + 1] = STATES[i]
      end
      if not person.state or PAIRED[STATES[i]] then
        person.state, person.since = STATES[i], tonumber(score)
      end
    end
  end
  local values = read('HMGET', person.key, unpack(FIELDS))
  for i = 1, #FIELDS do
    person.meta[FIELDS[i]] = values[i]
  end
  person.was = person.state
  people[id] = person
  return person
end

-- Changes a metadata field in the plan and keeps what stood there, for undo. A value of false takes it away.
local function change(person, field, value)
  if person.old[field] == nil then
    local before = person.meta[field]
    if before == nil then
      before = read('HGET', person.key, field)
    end
    person.old[field] = before
  end
  person.meta[field] = value
  person.set[field] = value
end

-- The group of a log-linear histogram: exact below 16, then 16 groups to each doubling, so that the middle of a
-- group is at most 1/32 away from any value in it. src/shared/histogram.ts is its inverse.
local function bucket(ms)
  if ms < 16 then
    return math.floor(ms)
  end
  local _, exponent = math.frexp(ms)
  return (exponent - 5) * 16 + math.floor(ms / 2 ^ (exponent - 5))
end

local function tally(field)
  counts[field] = (counts[field] or 0) + 1
end

-- Closes the books of a pair that a user leaves.
local function leave_pair(person, spent)
  if person.state == 'IN_CALL' then
    local calls = tonumber(person.meta.totalCalls) or 0
    local average = tonumber(person.meta.averageCallDuration) or 0
    change(person, 'totalCalls', calls + 1)
    change(person, 'averageCallDuration', math.floor((average * calls + spent) / (calls + 1) + 0.5))
  end
  if person.meta.matchedWith then
    person.left = person.meta.matchedWith
    change(person, 'lastPartner', person.meta.matchedWith)
    change(person, 'matchedWith', false)
  end
  if person.meta.currentRoom then
    change(person, 'lastRoom', person.meta.currentRoom)
    change(person, 'currentRoom', false)
  end
  if person.meta.ready then change(person, 'ready', false) end
  if person.meta.roomJoinTime then change(person, 'roomJoinTime', false) end
end

-- Notes what a user did, and counts it.
local function act(person, action)
  change(person, 'lastAction', action)
  change(person, 'lastActionTime', NOW)
  local counter = COUNTERS[action]
  if counter then
    change(person, counter, (tonumber(person.meta[counter]) or 0) + 1)
  end
end

local function tally_move(person, to, cause, spent)
  tally((person.state or 'UNKNOWN') .. '>' .. to .. ':' .. cause)
  if person.state == 'WAITING' and spent then
    tally((to == 'CONNECTING' and 'wait:match:' or 'wait:leave:') .. bucket(spent))
  elseif person.state == 'IN_CALL' and spent then
    tally('call:' .. bucket(spent))
  end
end

-- When the user enters the new state, as far as the queue is concerned.
local function entry_time(person, to, options)
  if options.since then
    return options.since
  end
  if person.state == 'CONNECTING' and to == 'WAITING' then
    -- The connection failed: the earlier queue time is kept, so that no place is lost.
    return math.min(NOW, tonumber(person.meta.queuedAt) or NOW)
  end
  return NOW
end

-- Takes a user into the plan, moving or not.
local function touch(person, alive)
  person.alive = person.alive or alive
  if not person.planned then
    person.planned, order[#order + 1] = true, person
  end
end

-- Plans one move. `options`: since (entry time, else by the rules), partner, room, action (what the user did, for
-- counters), alive (the user's own doing, which proves that they live).
local function plan(person, to, cause, options)
  local from = person.state
  local spent = person.since and math.max(0, NOW - person.since) or false
  local since = entry_time(person, to, options)
  local partner = options.partner or person.meta.matchedWith or false
  tally_move(person, to, cause, spent)
  if PAIRED[from] and not PAIRED[to] then leave_pair(person, spent) end
  if from == 'WAITING' and to == 'CONNECTING' then change(person, 'queuedAt', person.since) end
  if to == 'IN_CALL' then
    change(person, 'roomJoinTime', NOW)
    if person.meta.ready then change(person, 'ready', false) end
  end
  if options.partner then
    change(person, 'matchedWith', options.partner)
    change(person, 'currentRoom', options.room or false)
  end
  if options.action then act(person, options.action) end
  steps[#steps + 1] = { id = person.id, from = from or false, since = person.since or false, to = to, at = since,
    cause = cause, spent = spent, partner = partner }
  touch(person, options.alive)
  person.previous = from or person.previous
  person.state, person.since, person.moved = to, since, true
end

-- Plans that nothing of a user is kept but the history, until its time is over. The record keeps all of the metadata,
-- so that undo can bring the user back.
local function forget(person)
  local all = read('HGETALL', person.key)
  for i = 1, #all, 2 do
    if person.old[all[i]] == nil then person.old[all[i]] = all[i + 1] end
  end
  person.heartbeat = tonumber(read('ZSCORE', HEARTBEATS, person.id) or nil) or false
  touch(person, false)
  person.gone = true
end

-- Plans that a user leaves every set and is forgotten. No further move of this user may follow.
local function plan_removal(person, cause)
  local from, spent = person.state, person.since and math.max(0, NOW - person.since) or false
  tally_move(person, 'UNKNOWN', cause, spent)
  steps[#steps + 1] = { id = person.id, from = from or false, since = person.since or false, to = false, at = NOW,
    cause = cause, spent = spent, partner = person.meta.matchedWith or false }
  if PAIRED[from] then person.left = person.meta.matchedWith or nil end
  person.state, person.since = nil, nil
  forget(person)
end

-- Plans the legal moves of a way, in order. `action` is noted with the first one only.
local function walk(person, way, cause, action, alive)
  for i = 1, #way do
    plan(person, way[i], cause, { action = i == 1 and action or nil, alive = alive })
  end
end

-- By legal moves to IDLE, from each state; and back to the queue, out of a pair.
local WAY_OUT = { IN_CALL = { 'DISCONNECTING', 'IDLE' }, CONNECTING = { 'WAITING', 'IDLE' }, WAITING = { 'IDLE' },
  DISCONNECTING = { 'IDLE' }, IDLE = {} }
local WAY_BACK = { IN_CALL = { 'DISCONNECTING', 'WAITING' }, CONNECTING = { 'WAITING' } }

-- The other half of the user's pair: only one who is paired too and believes in this user.
local function mutual_partner(person)
  local id = PAIRED[person.state] and person.meta.matchedWith
  if not id or id == person.id then return nil end
  local partner = meet(id)
  if not partner.split and PAIRED[partner.state] and partner.meta.matchedWith == person.id then
    return partner
  end
end

local function cooldown_key(a, b)
  if a < b then
    return COOLDOWN .. a .. ':' .. b
  end
  return COOLDOWN .. b .. ':' .. a
end

-- These two are not paired for a while.
local function cool(a, b)
  cooldowns[#cooldowns + 1] = cooldown_key(a, b)
end

-- Whoever the plan leaves alone: { user, partner or false, kind } each. Either the user leaves a partner who still
-- believes in them, or the user is put into a call in which nobody is with them.
local function left_alone()
  local found = {}
  for i = 1, #order do
    local person = order[i]
    if person.left then
      local partner = meet(person.left)
      if PAIRED[partner.state] and partner.meta.matchedWith == person.id then
        found[#found + 1] = { person.id, partner.id, 'partner-left-alone' }
      end
    end
    if person.state == 'IN_CALL' then
      local partner = person.meta.matchedWith and meet(person.meta.matchedWith)
      if not partner or partner.state ~= 'IN_CALL' or partner.meta.matchedWith ~= person.id then
        found[#found + 1] = { person.id, person.meta.matchedWith or false, 'alone-in-call' }
      end
    end
  end
  return found
end

-- What the transaction did, as it is kept, returned and undone. JSON of { at, by, kind, fingerprint,
-- moves: [user, from, since, to, at, cause], undo: [user, { field: value before or false }, last heartbeat of
-- who is gone, or 'new' for who was brought to life],
-- warnings, cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state.
local function encode_record(kind, print, warnings)
  local moves, undo = {}, {}
  for i = 1, #steps do
    local step = steps[i]
    moves[i] = { step.id, step.from, step.since, step.to, step.at, step.cause }
  end
  for i = 1, #order do
    undo[i] = { order[i].id, order[i].old, order[i].heartbeat or order[i].new and 'new' or nil }
  end
  return cjson.encode({ at = NOW, by = BY, kind = kind, fingerprint = print, moves = moves, undo = undo,
    warnings = warnings, cooldowns = cooldowns })
end

-- Completes the metadata of a user who stays; the fields that undo brings back stand as they were.
local function finish_metadata(person)
  if person.moved and not person.restored then
    change(person, 'state', person.state)
    if person.previous then change(person, 'previousState', person.previous) end
    change(person, 'lastStateChange', person.since)
  end
  if not person.meta.createdAt and not person.restored then
    person.new = not person.was and read('EXISTS', person.key) == 0
    change(person, 'createdAt', NOW)
    change(person, 'sessionStartTime', NOW)
    for _, counter in pairs(COUNTERS) do change(person, counter, tonumber(person.meta[counter]) or 0) end
  end
  -- Signs of life are facts: undo does not take them back.
  if person.set.updatedAt == nil then person.set.updatedAt = NOW end
  if person.alive then
    person.set.lastActivity, person.set.lastHeartbeat = NOW, NOW
    if person.meta.isActive ~= 'true' and person.set.isActive == nil then change(person, 'isActive', 'true') end
  end
end

-- Completes each planned user's metadata, and encodes the histories. Nothing is written yet.
local function finish_plan()
  for i = 1, #order do
    if not order[i].gone then finish_metadata(order[i]) end
    read('LLEN', HISTORY .. order[i].id)
  end
  for i = 1, #steps do
    local step = steps[i]
    step.entry = cjson.encode({ NOW, step.from, step.to, step.cause, step.spent, TX, BY, step.partner })
  end
end

local function write_sets(person)
  if person.split then
    for i = 1, #person.split do
      if person.split[i] ~= person.state then redis.call('ZREM', SETS[person.split[i]], person.id) end
    end
  elseif person.was and person.was ~= person.state then
    redis.call('ZREM', SETS[person.was], person.id)
  end
  if person.moved and person.state then redis.call('ZADD', SETS[person.state], person.since, person.id) end
end

local function write_heartbeat(person)
  if person.gone or (person.was and not person.state) then
    redis.call('ZREM', HEARTBEATS, person.id)
  elseif person.alive then
    redis.call('ZADD', HEARTBEATS, NOW, person.id)
  elseif not person.was then
    redis.call('ZADD', HEARTBEATS, 'NX', person.heartbeat or NOW, person.id)
  end
end

local function write_metadata(person)
  if person.gone then
    redis.call('DEL', person.key)
    return
  end
  local pairs_to_set, gone = {}, {}
  for field, value in pairs(person.set) do
    if value then
      pairs_to_set[#pairs_to_set + 1] = field
      pairs_to_set[#pairs_to_set + 1] = value
    else
      gone[#gone + 1] = field
    end
  end
  if pairs_to_set[1] then redis.call('HSET', person.key, unpack(pairs_to_set)) end
  if gone[1] then redis.call('HDEL', person.key, unpack(gone)) end
  redis.call('PEXPIRE', person.key, METADATA_TTL)
end

local function write_step(step)
  redis.call('XADD', JOURNAL, 'MAXLEN', '~', JOURNAL_CAP, '*', 'tx', TX, 'user', step.id, 'from', step.from or '',
    'to', step.to or '', 'cause', step.cause, 'by', BY, 'spent', step.spent or '', 'partner', step.partner or '',
    'at', NOW, 'request', REQUEST)
  local key = HISTORY .. step.id
  if redis.call('LPUSH', key, step.entry) > HISTORY_CAP then
    redis.call('LTRIM', key, 0, HISTORY_CAP - 1)
  end
  redis.call('PEXPIRE', key, METADATA_TTL)
end

local function write_statistics(key)
  local fresh = false
  for field, number in pairs(counts) do
    fresh = redis.call('HINCRBY', key, field, number) == number or fresh
  end
  if fresh then redis.call('PEXPIRE', key, STATS_TTL) end
end

-- What was asked, so that an id used again for something else is noticed (see `core.ts`).
local function fingerprint()
  return redis.sha1hex(table.concat(ARGV, '\0', 11))
end

-- The record of a transaction that was already carried out, or false.
local function first_result()
  return read('GET', TRANSACTION .. TX)
end

-- What the audit trail says of this transaction: fields and values.
local function audit_entry(action, reason, detail)
  local users = {}
  for i = 1, #order do users[i] = order[i].id end
  return { 'at', NOW, 'by', BY, 'action', action, 'reason', reason, 'outcome', 'done', 'tx', TX,
    'users', cjson.encode(users), 'detail', detail or '', 'request', REQUEST }
end

-- Writes the whole plan at once and returns its record. `print` is the fingerprint, '' for a script's own idea; `audit`
-- is a list of fields and values, or nil.
local function commit(kind, print, warnings, audit)
  local statistics = STATS .. math.floor(NOW / 60000)
  finish_plan()
  read('XLEN', JOURNAL)
  read('HLEN', statistics)
  read('ZCARD', HEARTBEATS)
  if audit then read('XLEN', AUDIT) end
  local record = encode_record(kind, print, warnings)

  for i = 1, #order do
    write_sets(order[i])
    write_heartbeat(order[i])
    write_metadata(order[i])
  end
  for i = 1, #steps do write_step(steps[i]) end
  for i = 1, #cooldowns do redis.call('SET', cooldowns[i], '1', 'PX', COOLDOWN_MS) end
  write_statistics(statistics)
  redis.call('SET', TRANSACTION .. TX, record, 'PX', TRANSACTION_TTL)
  if audit then redis.call('XADD', AUDIT, '*', unpack(audit)) end
  return record
end
