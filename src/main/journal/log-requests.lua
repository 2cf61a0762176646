-- log-requests: adds a batch of API requests to the log of a pool, with their counts in the minute statistics.
--
-- KEYS[1]   requests         stream   one entry per request
-- KEYS[2…]  request-stats:<minute>  hash   the statistics of each minute that the batch touches
--
-- ARGV[1]   cap              about how many entries are kept
-- ARGV[2]   statistics ttl   ms
-- ARGV[3]   entries          JSON: for each a list of fields and values
-- ARGV[4]   counts           JSON: for each minute a list of fields and how much is added
--
-- Returns the number of entries.
-- Effects  the whole batch is in stream and statistics, or (when one of them is of another type) nothing of it.
local REQUESTS, MINUTES, MINUTES_AT = KEYS[1], KEYS, 2
local CAP, STATS_TTL, ENTRIES, COUNTS = ARGV[1], ARGV[2], cjson.decode(ARGV[3]), cjson.decode(ARGV[4])

redis.call('XLEN', REQUESTS)
for i = MINUTES_AT, #MINUTES do redis.call('HLEN', MINUTES[i]) end

for i = 1, #ENTRIES do
  redis.call('XADD', REQUESTS, 'MAXLEN', '~', CAP, '*', unpack(ENTRIES[i]))
end
for i = MINUTES_AT, #MINUTES do
  local counts = COUNTS[i - MINUTES_AT + 1]
  for j = 1, #counts, 2 do redis.call('HINCRBY', MINUTES[i], counts[j], counts[j + 1]) end
  redis.call('PEXPIRE', MINUTES[i], STATS_TTL)
end
return #ENTRIES
