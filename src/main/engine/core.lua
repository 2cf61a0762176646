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
-- Redis gets times as text. Making text of a number takes longer than a command does, so it is done once for each.
local NOW_TEXT = string.format('%.0f', NOW)
local texts = { [NOW] = NOW_TEXT }

-- The text of a time; of one that Redis gave, the very same, with any fraction that another program wrote.
local function text_of(time)
  if not texts[time] then texts[time] = string.format('%.17g', time) end
  return texts[time]
end

local PAIRED = { CONNECTING = true, IN_CALL = true }
local COUNTERS = { match = 'totalMatches', skip = 'totalSkips', ['end'] = 'totalEnds' }

local people, order, steps, counts, cooldowns = {}, {}, {}, {}, {}

-- What a plan may need of a user's metadata, read in one go; false for what is not there. Other fields are read when
-- they are changed. (A constructor that names every field makes its table in one piece; one that grows is rehashed at
-- each doubling, which for all the tables of a move is as much as a tenth of the script.)
local function read_metadata(key)
  local v = read('HMGET', key, 'createdAt', 'state', 'previousState', 'lastStateChange', 'queuedAt', 'currentRoom',
    'matchedWith', 'roomJoinTime', 'lastPartner', 'lastRoom', 'ready', 'lastAction', 'lastActionTime', 'totalMatches',
    'totalSkips', 'totalEnds', 'totalCalls', 'averageCallDuration', 'isActive')
  return { createdAt = v[1], state = v[2], previousState = v[3], lastStateChange = v[4], queuedAt = v[5],
    currentRoom = v[6], matchedWith = v[7], roomJoinTime = v[8], lastPartner = v[9], lastRoom = v[10], ready = v[11],
    lastAction = v[12], lastActionTime = v[13], totalMatches = v[14], totalSkips = v[15], totalEnds = v[16],
    totalCalls = v[17], averageCallDuration = v[18], isActive = v[19] }
end

-- The values of nil only make room, for the reason above.
local function new_person(id)
  return { id = id, key = USER .. id, state = nil, since = nil, was = nil, split = nil, meta = nil, moved = nil,
    planned = nil, alive = nil, previous = nil, left = nil, gone = nil, new = nil,
    old = { state = nil, previousState = nil, lastStateChange = nil, lastAction = nil, lastActionTime = nil,
      matchedWith = nil, currentRoom = nil, isActive = nil },
    set = { state = nil, previousState = nil, lastStateChange = nil, lastAction = nil, lastActionTime = nil,
      matchedWith = nil, currentRoom = nil, isActive = nil, updatedAt = nil, lastActivity = nil, lastHeartbeat = nil } }
end

-- One user as Redis has them now; the plan then changes `state`, `since` and `meta`.
-- `split` lists the sets of a user who is in more than one, which is damage; such a user counts as being in the
-- pair, so that the partner is not forgotten.
local function meet(id)
  local person = people[id]
  if person then
    return person
  end
  person = new_person(id)
  for i = 1, 5 do
    local score = read('ZSCORE', SET_LIST[i], id)
    if score then
      if person.state then
        person.split = person.split or { person.state }
        person.split[#person.split + 1] = STATES[i]
      end
      if not person.state or PAIRED[STATES[i]] then
        person.state, person.since = STATES[i], tonumber(score)
        texts[person.since] = score
      end
    end
  end
  person.meta = read_metadata(person.key)
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
-- warnings, cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state. Times
-- are text.
local function encode_record(kind, print, warnings)
  local moves, undo = {}, {}
  for i = 1, #steps do
    local step = steps[i]
    moves[i] = { step.id, step.from, step.since and text_of(step.since), step.to, text_of(step.at), step.cause }
  end
  for i = 1, #order do
    undo[i] = { order[i].id, order[i].old, order[i].heartbeat or order[i].new and 'new' or nil }
  end
  return cjson.encode({ at = NOW_TEXT, by = BY, kind = kind, fingerprint = print, moves = moves, undo = undo,
    warnings = warnings, cooldowns = cooldowns })
end

-- A move in the user's history: JSON of [at, from, to, cause, spent, transaction, by, partner]. States and causes are
-- words of ours that need no escapes.
local QUOTED_END = ',' .. cjson.encode(TX) .. ',' .. cjson.encode(BY) .. ','
local function quote(word)
  return word and '"' .. word .. '"' or 'false'
end
local function encode_entry(step)
  return '[' .. NOW_TEXT .. ',' .. quote(step.from) .. ',' .. quote(step.to) .. ',"' .. step.cause .. '",'
    .. (step.spent and text_of(step.spent) or 'false') .. QUOTED_END
    .. (step.partner and cjson.encode(step.partner) or 'false') .. ']'
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
    steps[i].entry = encode_entry(steps[i])
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
  if person.moved and person.state then redis.call('ZADD', SETS[person.state], text_of(person.since), person.id) end
end

-- The heartbeat index comes first of all that is written: if its key is of a wrong type, this is found by the write
-- itself, and nothing was written before it.
local function write_heartbeats()
  local renewed, fresh, gone = {}, {}, {}
  for i = 1, #order do
    local person = order[i]
    if person.gone or (person.was and not person.state) then
      gone[#gone + 1] = person.id
    elseif person.alive then
      renewed[#renewed + 1], renewed[#renewed + 2] = NOW_TEXT, person.id
    elseif not person.was then
      fresh[#fresh + 1], fresh[#fresh + 2] = text_of(person.heartbeat or NOW), person.id
    end
  end
  if gone[1] then read('ZREM', HEARTBEATS, unpack(gone)) end
  if renewed[1] then read('ZADD', HEARTBEATS, unpack(renewed)) end
  if fresh[1] then read('ZADD', HEARTBEATS, 'NX', unpack(fresh)) end
end

-- One list for the fields of all users, one after the other.
local scratch = { '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '' }

local function write_metadata(person)
  if person.gone then
    redis.call('DEL', person.key)
    return
  end
  local filled, gone = 0
  for field, value in pairs(person.set) do
    if value then
      scratch[filled + 1], scratch[filled + 2] = field, value == NOW and NOW_TEXT or value
      filled = filled + 2
    else
      gone = gone or {}
      gone[#gone + 1] = field
    end
  end
  if filled > 0 then redis.call('HSET', person.key, unpack(scratch, 1, filled)) end
  if gone then redis.call('HDEL', person.key, unpack(gone)) end
  redis.call('PEXPIRE', person.key, METADATA_TTL)
end

local function write_step(step)
  redis.call('XADD', JOURNAL, 'MAXLEN', '~', JOURNAL_CAP, '*', 'tx', TX, 'user', step.id, 'from', step.from or '',
    'to', step.to or '', 'cause', step.cause, 'by', BY, 'spent',
    step.spent and text_of(step.spent) or '', 'partner', step.partner or '', 'at', NOW_TEXT, 'request', REQUEST)
  local key = HISTORY .. step.id
  if redis.call('LPUSH', key, step.entry) > HISTORY_CAP then
    redis.call('LTRIM', key, 0, HISTORY_CAP - 1)
  end
  redis.call('PEXPIRE', key, METADATA_TTL)
end

local function write_statistics(key)
  local fresh = false
  for field, times in pairs(counts) do
    fresh = redis.call('HINCRBY', key, field, times == 1 and '1' or times) == times or fresh
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
  local statistics = STATS .. string.format('%.0f', math.floor(NOW / 60000))
  finish_plan()
  read('XLEN', JOURNAL)
  read('HLEN', statistics)
  if audit then read('XLEN', AUDIT) end
  local record = encode_record(kind, print, warnings)

  write_heartbeats()
  for i = 1, #order do
    write_sets(order[i])
    write_metadata(order[i])
  end
  for i = 1, #steps do write_step(steps[i]) end
  for i = 1, #cooldowns do redis.call('SET', cooldowns[i], '1', 'PX', COOLDOWN_MS) end
  write_statistics(statistics)
  redis.call('SET', TRANSACTION .. TX, record, 'PX', TRANSACTION_TTL)
  if audit then redis.call('XADD', AUDIT, '*', unpack(audit)) end
  return record
end
