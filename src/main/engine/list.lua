-- list: a window of the users of one or several states, longest there first, with what a table shows of each.
-- read.lua stands before it. Read-only; finding the window costs O(log n), whatever the offset.
--
-- KEYS[1]  heartbeats        sorted set   every known user by last heartbeat
-- KEYS[2]  user:<id>         hash         prefix: metadata
-- KEYS[3…] sets              sorted set   the states asked for, users by time of entry
--
-- ARGV[1]  offset            how many come before the window
-- ARGV[2]  count             size of the window
-- ARGV[3]  order             'oldest' | 'newest' first
-- ARGV[4…] fields            of the metadata, for each row
--
-- Returns { now, { size of each set }, rows }; a row is { number of the set, user, entry time, last heartbeat or '',
--         field values ('' where missing) … }. Users with the same entry time come by state, then by name.
local HEARTBEATS, USER = KEYS[1], KEYS[2]
local SETS, SETS_AT = KEYS, 3
local OFFSET, COUNT, NEWEST = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == 'newest'
local FIELDS, FIELDS_AT = ARGV, 4

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

local sizes, total = {}, 0
for i = SETS_AT, #SETS do
  sizes[#sizes + 1] = read('ZCARD', SETS[i])
  total = total + sizes[#sizes]
end

-- The window in ascending order; for the newest first it is turned round at the end.
local first, last = OFFSET, math.min(OFFSET + COUNT, total)
if NEWEST then
  first, last = math.max(0, total - OFFSET - COUNT), math.max(0, total - OFFSET)
end

local function number_below(score)
  local number = 0
  for i = SETS_AT, #SETS do number = number + read('ZCOUNT', SETS[i], '-inf', '(' .. score) end
  return number
end

-- The rank in each set at which the window begins: the greatest time with at most `first` users before it is found by
-- halving, then the users who entered at that very time are passed in the order of the sets.
local function starts_of_window()
  if #sizes == 1 or first == 0 then
    return { first, 0, 0, 0, 0 }
  end
  local low, high = -2 ^ 53, 2 ^ 53
  while high - low > 1 do
    local middle = math.floor((low + high) / 2)
    if number_below(string.format('%.0f', middle)) <= first then low = middle else high = middle end
  end
  local at, starts, to_pass = string.format('%.0f', low), {}, first
  for i = SETS_AT, #SETS do
    starts[#starts + 1] = read('ZCOUNT', SETS[i], '-inf', '(' .. at)
    to_pass = to_pass - starts[#starts]
  end
  for i = 1, #starts do
    local passed = math.min(to_pass, read('ZCOUNT', SETS[SETS_AT - 1 + i], at, '(' .. string.format('%.0f', high)))
    starts[i], to_pass = starts[i] + passed, to_pass - passed
  end
  return starts
end

-- The list whose head comes next; whole milliseconds count, as for the beginning of the window.
local function next_list(lists, heads)
  local best, earliest
  for i = 1, #lists do
    local score = tonumber(lists[i][heads[i] + 1])
    if score and (not best or math.floor(score) < earliest) then best, earliest = i, math.floor(score) end
  end
  return best
end

local function merge(starts)
  local lists, heads, merged = {}, {}, {}
  for i = 1, #sizes do
    lists[i] = read('ZRANGE', SETS[SETS_AT - 1 + i], starts[i], starts[i] + last - first - 1, 'WITHSCORES')
    heads[i] = 1
  end
  while #merged < last - first do
    local best = next_list(lists, heads)
    if not best then break end
    merged[#merged + 1] = { best, lists[best][heads[best]], lists[best][heads[best] + 1] }
    heads[best] = heads[best] + 2
  end
  return merged
end

local rows = last > first and merge(starts_of_window()) or {}
for i = 1, #rows do
  local row = rows[i]
  row[4] = read('ZSCORE', HEARTBEATS, row[2]) or ''
  if FIELDS[FIELDS_AT] then
    local values = redis.pcall('HMGET', USER .. row[2], unpack(FIELDS, FIELDS_AT))
    for j = 1, #FIELDS - FIELDS_AT + 1 do row[4 + j] = not values.err and values[j] or '' end
  end
end
if NEWEST then
  local turned = {}
  for i = #rows, 1, -1 do turned[#turned + 1] = rows[i] end
  rows = turned
end
return { NOW, sizes, rows }
