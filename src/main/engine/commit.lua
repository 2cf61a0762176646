-- commit: writes a whole plan at once. A sorted set is written by one command, however many users it concerns.

-- One list with room for the arguments of most commands, one after the other: a list that grows costs more.
local list = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil }

-- Sends a command with so many of a list, some at a time: Lua's stack has room for some thousand.
local function send(command, key, arguments, count)
  for first = 1, count, 1000 do
    read(command, key, unpack(arguments, first, math.min(first + 999, count)))
  end
end

-- The index comes first: if it is of a wrong type, the first command finds it, and nothing was written yet. Who proved
-- to live renews the heartbeat, who comes from nowhere enters the index, who is gone leaves it.
local function write_sets()
  local count, left, entered = 0, {}, {}
  for i = 1, #order do
    local person = order[i]
    local id, was, state = person.id, person.was, person.state
    if person.gone or (was and not state) then
      read('ZREM', HEARTBEATS, id)
    elseif person.alive then
      list[count + 1], list[count + 2] = NOW_TEXT, id
      count = count + 2
    elseif not was then
      read('ZADD', HEARTBEATS, 'NX', person.heartbeat and text_of(person.heartbeat) or NOW_TEXT, id)
    end
    if was and was ~= state and not person.split then
      local line = left[was] or {}
      left[was], line[#line + 1] = line, id
    end
    if state and person.moved then
      local line = entered[state] or {}
      local last = #line
      entered[state], line[last + 1], line[last + 2] = line, text_of(person.since), id
    end
  end
  send('ZADD', HEARTBEATS, list, count)
  for state, line in pairs(left) do send('ZREM', SETS[state], line, #line) end
  for state, line in pairs(entered) do send('ZADD', SETS[state], line, #line) end
  for i = 1, #order do
    local person = order[i]
    for j = 1, person.split and #person.split or 0 do
      if person.split[j] ~= person.state then redis.call('ZREM', SETS[person.split[j]], person.id) end
    end
  end
end

local function write_metadata(person)
  if person.gone then
    redis.call('DEL', person.key)
    return
  end
  local old, meta, count, gone = person.old, person.meta, 0, nil
  for field in pairs(old) do
    local value = meta[field]
    if value then
      list[count + 1], list[count + 2] = field, value
      count = count + 2
    else
      gone = gone or {}
      gone[#gone + 1] = field
    end
  end
  -- Signs of life are facts: undo does not take them back.
  if old.updatedAt == nil then
    list[count + 1], list[count + 2] = 'updatedAt', NOW_TEXT
    count = count + 2
  end
  if person.alive then
    list[count + 1], list[count + 2] = 'lastActivity', NOW_TEXT
    list[count + 3], list[count + 4] = 'lastHeartbeat', NOW_TEXT
    count = count + 4
  end
  send('HSET', person.key, list, count)
  if gone then redis.call('HDEL', person.key, unpack(gone)) end
  redis.call('PEXPIRE', person.key, METADATA_TTL)
end

-- The journal's entry of each step, and the user's own: JSON of [at, from, to, cause, spent, transaction, by, partner].
local function write_steps()
  local tail = ',' .. cjson.encode(TX) .. ',' .. cjson.encode(BY) .. ','
  for i = 1, #steps do
    local step = steps[i]
    local id, from, to, cause, partner = step.person.id, step.from, step.to, step.cause, step.partner
    local spent = step.spent and step.spent .. ''
    redis.call('XADD', JOURNAL, 'MAXLEN', '~', JOURNAL_CAP, '*', 'tx', TX, 'user', id, 'from', from or '',
      'to', to or '', 'cause', cause, 'by', BY, 'spent', spent or '', 'partner', partner or '', 'at', NOW_TEXT, 'request', REQUEST)
    local key = HISTORY .. id
    local entry = '[' .. NOW_TEXT .. ',' .. WORDS[from] .. ',' .. WORDS[to] .. ',"' .. cause .. '",'
      .. (spent or 'false') .. tail .. (partner and cjson.encode(partner) or 'false') .. ']'
    if redis.call('LPUSH', key, entry) > HISTORY_CAP then
      redis.call('LTRIM', key, '0', HISTORY_CAP - 1)
    end
    redis.call('PEXPIRE', key, METADATA_TTL)
  end
end

-- Writes the plan and returns its record. `audit` is a list of fields and values, or nil.
local function commit(kind, warnings, audit)
  local statistics, fresh = STATS .. string.format('%d', NOW / 60000), false
  for i = 1, #order do
    if not order[i].gone then finish_metadata(order[i]) end
    read('LLEN', HISTORY .. order[i].id)
  end
  local record = encode_record(kind, warnings)
  read('XLEN', JOURNAL)
  read('HLEN', statistics)
  if audit then read('XLEN', AUDIT) end

  write_sets()
  for i = 1, #order do write_metadata(order[i]) end
  write_steps()
  for i = 1, #cooldowns do redis.call('SET', cooldowns[i], '1', 'PX', COOLDOWN_MS) end
  for field, times in pairs(counts) do
    fresh = redis.call('HINCRBY', statistics, field, times == 1 and '1' or times) == times or fresh
  end
  if fresh then redis.call('PEXPIRE', statistics, STATS_TTL) end
  redis.call('SET', TRANSACTION .. TX, record, 'PX', TRANSACTION_TTL)
  if audit then redis.call('XADD', AUDIT, '*', unpack(audit)) end
  return record
end
