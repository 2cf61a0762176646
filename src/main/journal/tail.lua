-- tail: the moves since the last look, newest first, and how many there ever were. Read-only.
-- read.lua and journalled.lua stand before it.
--
-- KEYS[1]   journal          stream       one entry per user per move
--
-- ARGV[1]   after            id of the newest entry already seen
-- ARGV[2]   limit            entries at most
--
-- Returns { now, moves ever journalled, entries as XREVRANGE gives them }.
local JOURNAL, AFTER, LIMIT = KEYS[1], ARGV[1], ARGV[2]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return { now, journalled(JOURNAL), read('XREVRANGE', JOURNAL, '+', '(' .. AFTER, 'COUNT', LIMIT) }
