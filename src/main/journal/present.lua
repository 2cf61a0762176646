-- present: how many users are in each state, and the statistics of the running minute, as of one moment. Read-only.
-- read.lua stands before it.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   stats:<minute>   hash         prefix: edges and histograms
--
-- ARGV[1]   now              ms since the epoch; '' for the server's clock
--
-- Returns { now, users by state in the order of the keys, fields and values of the minute in turn }.
local SETS, STATS = { KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5] }, KEYS[6]
local NOW = tonumber(ARGV[1])

if not NOW then
  local time = redis.call('TIME')
  NOW = time[1] * 1000 + math.floor(time[2] / 1000)
end

local counts = {}
for i = 1, #SETS do counts[i] = read('ZCARD', SETS[i]) end
return { NOW, counts, read('HGETALL', STATS .. math.floor(NOW / 60000)) }
