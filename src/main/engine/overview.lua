-- overview: the live numbers of a pool as of one moment. Read-only; every read is O(log n).
-- read.lua and journalled.lua stand before it.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   heartbeats       sorted set   every known user by last heartbeat
-- KEYS[7]   journal          stream       one entry per user per move
--
-- ARGV[1]   now              ms since the epoch; '' for the server's clock
-- ARGV[2]   newest           how many of the newest moves are wanted
-- ARGV[3]   connecting limit ms after which someone CONNECTING is stuck
-- ARGV[4]   disconnecting limit  the same for DISCONNECTING
-- ARGV[5]   heartbeat limit  ms after which a heartbeat is stale
-- ARGV[6…]  age edges        ms, ascending: upper edges of the ages of those who wait
--
-- Returns { now, states, waits, younger, stuck, quietest, journal }:
--   states    one of { count, oldest user, since, since of the middle by rank } per set, '' where it is empty
--   waits     entry times of those whose wait is the p50, p95 and p99 by rank, '' where nobody waits
--   younger   users waiting less than each age edge
--   stuck     { connecting, disconnecting, stale heartbeats }
--   quietest  { user, last heartbeat }, '' where nobody is known
--   journal   { moves ever journalled, newest entries as XREVRANGE gives them }
local SETS, HEARTBEATS, JOURNAL = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }, KEYS[6], KEYS[7]
local WAITING, CONNECTING, DISCONNECTING = SETS[2], SETS[3], SETS[5]
local NOW, NEWEST = tonumber(ARGV[1]), ARGV[2]
local CONNECTING_LIMIT, DISCONNECTING_LIMIT, HEARTBEAT_LIMIT = ARGV[3], ARGV[4], ARGV[5]
local EDGES = { unpack(ARGV, 6) }

if not NOW then
  local time = redis.call('TIME')
  NOW = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function first(key)
  local found = read('ZRANGE', key, 0, 0, 'WITHSCORES')
  return found[1] or '', found[2] or ''
end

-- The entry time of whoever's wait is the given share by nearest rank: waits ascend as entry times descend.
local function entry_at(key, count, share)
  if count == 0 then return '' end
  local index = count - math.ceil(share * count)
  return read('ZRANGE', key, index, index, 'WITHSCORES')[2]
end

local function older_than(key, limit)
  return read('ZCOUNT', key, '-inf', '(' .. string.format('%.0f', NOW - limit))
end

local states, counts = {}, {}
for i = 1, #SETS do
  local count = read('ZCARD', SETS[i])
  local oldest, since = first(SETS[i])
  states[i] = { count, oldest, since, entry_at(SETS[i], count, 0.5) }
  counts[SETS[i]] = count
end

local waiting = counts[WAITING]
local waits = { states[2][4], entry_at(WAITING, waiting, 0.95), entry_at(WAITING, waiting, 0.99) }

local younger = {}
for i = 1, #EDGES do
  younger[i] = read('ZCOUNT', WAITING, '(' .. string.format('%.0f', NOW - EDGES[i]), '+inf')
end

local stuck = {
  older_than(CONNECTING, CONNECTING_LIMIT),
  older_than(DISCONNECTING, DISCONNECTING_LIMIT),
  older_than(HEARTBEATS, HEARTBEAT_LIMIT),
}

local newest = read('XREVRANGE', JOURNAL, '+', '-', 'COUNT', NEWEST)
return { NOW, states, waits, younger, stuck, { first(HEARTBEATS) }, { journalled(JOURNAL), newest } }
