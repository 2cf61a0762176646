-- core: the keys, arguments and time of every script that moves users. Such a script is core.lua, people.lua (reads),
-- moves.lua (plans) and its body; answer.lua runs it all. The body includes what it shares with some others, where it
-- needs it: a function that every script made anew in each call would cost as much as a command.
--
-- A script meets people (reads and checks), plans their moves in memory, includes record.lua and at last commit.lua:
-- nothing is written before everything has been read, checked and encoded, because Redis does not take back what a
-- script wrote before it failed. Each key that will be written is read first, so that a key of a wrong type is found in
-- time. Afterwards only commands follow that cannot fail.
--
-- KEYS[1]   idle             sorted set   users by time of entry
-- KEYS[2]   waiting          sorted set
-- KEYS[3]   connecting       sorted set
-- KEYS[4]   in_call          sorted set
-- KEYS[5]   disconnecting    sorted set
-- KEYS[6]   heartbeats       sorted set   every known user by last heartbeat
-- KEYS[9]   user:<id>        hash         prefix: metadata
-- KEYS[10]  history:<id>     list         prefix: the user's last moves, newest first
-- KEYS[12]  tx:<id>          string       what the transaction did
--
-- ARGV[1]   transaction      id; the same id within its lifetime returns the first result
-- ARGV[2]   by               who acts
-- ARGV[5]   options          JSON of what is not as usual; '' for nothing. (An argument costs more than a look.)
--           now              ms since the epoch, as text, instead of the server's clock
--           <setting>        by its name in settings.ts. DEFAULT.<setting> stands for the usual one: core.ts puts its
--                            text in the place
local SETS = { IDLE = KEYS[1], WAITING = KEYS[2], CONNECTING = KEYS[3], IN_CALL = KEYS[4], DISCONNECTING = KEYS[5] }
local HEARTBEATS, USER, HISTORY, TRANSACTION = KEYS[6], KEYS[9], KEYS[10], KEYS[12]
local TX, BY, OPTIONS = ARGV[1], ARGV[2], ARGV[5] ~= '' and cjson.decode(ARGV[5])

-- Times stay the text that Redis gives and takes, with any fraction that another program wrote: making text of a number
-- takes as long as a small command. Lua calculates with such text, but compares only numbers.
local NOW_TEXT = OPTIONS and OPTIONS.now
if not NOW_TEXT then
  local time = redis.call('TIME')
  local micros = time[2]
  NOW_TEXT = time[1] .. (#micros == 6 and string.sub(micros, 1, 3) or string.format('%03d', micros / 1000))
end
local NOW = NOW_TEXT + 0
