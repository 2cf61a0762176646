-- count: counts one more in a window that begins with the first.
--
-- KEYS[1]   limit:<scope>:<id>  string   how often in this window
--
-- ARGV[1]   window              ms
--
-- Returns { times, ms until the window ends }.
-- Effects  the counter is one higher, and is gone when its window ends.
local KEY, WINDOW = KEYS[1], ARGV[1]

local times = redis.call('INCR', KEY)
local left = redis.call('PTTL', KEY)
if left < 0 then
  redis.call('PEXPIRE', KEY, WINDOW)
  left = tonumber(WINDOW)
end
return { times, left }
