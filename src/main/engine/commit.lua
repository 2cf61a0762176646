-- commit: writes a whole plan at once, as record.lua left it. A sorted set is written by one command, however many
-- users it concerns.
--
-- KEYS[7]   journal          stream       one entry per user per move
-- KEYS[8]   audit            stream       one entry per operator action
-- KEYS[11]  stats:<minute>   hash         prefix: edges and histograms
--
-- ARGV[4]   request          request id; '' for none
local JOURNAL, AUDIT, STATS = KEYS[7], KEYS[8], KEYS[11]
local REQUEST = ARGV[4]
local METADATA_TTL = OPTIONS and OPTIONS.metadataTtlMs or DEFAULT.metadataTtlMs
local HISTORY_CAP = OPTIONS and OPTIONS.historyCap or DEFAULT.historyCap
local JOURNAL_CAP = OPTIONS and OPTIONS.journalCap or DEFAULT.journalCap
local STATS_TTL = OPTIONS and OPTIONS.statsTtlMs or DEFAULT.statsTtlMs
local TRANSACTION_TTL = OPTIONS and OPTIONS.transactionTtlMs or DEFAULT.transactionTtlMs
local COOLDOWN_MS = OPTIONS and OPTIONS.cooldownMs or DEFAULT.cooldownMs

local call, many = redis.call, #order > 1
local statistics, fresh = STATS .. string.format('%d', NOW / 60000), false
local entry
read('XLEN', JOURNAL)
read('HLEN', statistics)
if audit then
  local users = {}
  for i = 1, #order do users[i] = order[i].id end
  entry = { 'at', NOW_TEXT, 'by', BY, 'action', audit[1], 'reason', audit[2], 'outcome', 'done', 'tx', TX,
    'users', cjson.encode(users), 'detail', audit[3] or '', 'request', REQUEST }
  if audit.undoes then entry[#entry + 1], entry[#entry + 2] = 'undoes', audit.undoes end
  read('XLEN', AUDIT)
end

-- The sets. The index comes first: if it is of a wrong type, the first command finds it, and nothing was written yet.
-- Who proved to live renews the heartbeat, who comes from nowhere enters the index, who is gone leaves it.
local lively, left, entered = many and {}, many and {}, many and {}
for i = 1, #order do
  local person = order[i]
  local id, was, state = person.id, person.was, person.state
  if person.gone or (was and not state) then
    read('ZREM', HEARTBEATS, id)
  elseif person.alive and many then
    local last = #lively
    lively[last + 1], lively[last + 2] = NOW_TEXT, id
  elseif person.alive then
    read('ZADD', HEARTBEATS, NOW_TEXT, id)
  elseif not was then
    read('ZADD', HEARTBEATS, 'NX', person.heartbeat or NOW_TEXT, id)
  end
  if was and was ~= state and not person.split then
    if many then
      local line = left[was] or {}
      left[was], line[#line + 1] = line, id
    else
      call('ZREM', SETS[was], id)
    end
  end
  if state and person.moved then
    if many then
      local line = entered[state] or {}
      local last = #line
      entered[state], line[last + 1], line[last + 2] = line, person.since, id
    else
      call('ZADD', SETS[state], person.since, id)
    end
  end
end
if many then
  -- Some at a time: Lua's stack has room for some thousand.
  local function send(command, key, arguments)
    for first = 1, #arguments, 1000 do
      read(command, key, unpack(arguments, first, math.min(first + 999, #arguments)))
    end
  end
  send('ZADD', HEARTBEATS, lively)
  for state, line in pairs(left) do send('ZREM', SETS[state], line) end
  for state, line in pairs(entered) do send('ZADD', SETS[state], line) end
end

-- The metadata, with one list with room for the arguments of most commands.
local list = { nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil }
for i = 1, #order do
  local person = order[i]
  local key, split = person.key, person.split
  for j = 1, split and #split or 0 do
    if split[j] ~= person.state then call('ZREM', SETS[split[j]], person.id) end
  end
  if person.gone then
    call('DEL', key)
  else
    local old, meta, count, gone = person.old, person.meta, 0, nil
    for field in next, old do
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
    for first = 1, count, 1000 do
      local last = first + 999
      call('HSET', key, unpack(list, first, last < count and last or count))
    end
    if gone then call('HDEL', key, unpack(gone)) end
    call('PEXPIRE', key, METADATA_TTL)
  end
end

-- The journal's entry of each step, and the user's own: JSON of [at, from, to, cause, spent, transaction, by, partner].
-- A transaction's id has no letter that JSON must escape.
for i = 1, #steps do
  local step = steps[i]
  local person = step.person
  local id, from, to, cause, partner = person.id, step.from, step.to, step.cause, step.partner
  local key, spent = person.history, step.spent and step.spent .. ''
  call('XADD', JOURNAL, 'MAXLEN', '~', JOURNAL_CAP, '*', 'tx', TX, 'user', id, 'from', from or '', 'to', to or '',
    'cause', cause, 'by', BY, 'spent', spent or '', 'partner', partner or '', 'at', NOW_TEXT, 'request', REQUEST)
  local length = call('LPUSH', key, '[' .. NOW_TEXT .. ',' .. (from and '"' .. from .. '"' or 'false') .. ','
    .. (to and '"' .. to .. '"' or 'false') .. ',"' .. cause .. '",' .. (spent or 'false') .. ',"' .. TX .. '",' .. by .. ','
    .. (partner and cjson.encode(partner) or 'false') .. ']')
  if length - HISTORY_CAP > 0 then call('LTRIM', key, '0', HISTORY_CAP - 1) end
  call('PEXPIRE', key, METADATA_TTL)
end

for i = 1, cooldowns and #cooldowns or 0 do call('SET', cooldowns[i], '1', 'PX', COOLDOWN_MS) end
for field, times in next, counts do
  fresh = call('HINCRBY', statistics, field, times == 1 and '1' or times) == times or fresh
end
if fresh then call('PEXPIRE', statistics, STATS_TTL) end
call('SET', TRANSACTION, record, 'PX', TRANSACTION_TTL)
if entry then call('XADD', AUDIT, '*', unpack(entry)) end
