-- core: the keys, arguments and time of every script that moves users. Such a script is core.lua, people.lua (reads),
-- moves.lua (plans), record.lua (encodes), commit.lua (writes), what it shares with some others, its body, and answer.lua.
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
-- ARGV[11]  fingerprint      what is asked for, so that an id used again for something else is noticed
local read = redis.call
local SETS = { IDLE = KEYS[1], WAITING = KEYS[2], CONNECTING = KEYS[3], IN_CALL = KEYS[4], DISCONNECTING = KEYS[5] }
local HEARTBEATS, JOURNAL, AUDIT = KEYS[6], KEYS[7], KEYS[8]
local USER, HISTORY, COOLDOWN, STATS, TRANSACTION = KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local NOW_TEXT, TX, BY, REQUEST = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local METADATA_TTL, HISTORY_CAP, JOURNAL_CAP = ARGV[5], tonumber(ARGV[6]), ARGV[7]
local STATS_TTL, TRANSACTION_TTL, COOLDOWN_MS, FINGERPRINT = ARGV[8], ARGV[9], ARGV[10], ARGV[11]

if NOW_TEXT == '' then
  local time = redis.call('TIME')
  NOW_TEXT = time[1] .. string.format('%03d', time[2] / 1000)
end
local NOW = tonumber(NOW_TEXT)

-- Redis and JSON get times as text. Making text of a number takes as long as a small command, so it is done once each.
local texts = { [NOW] = NOW_TEXT }

-- The text of a time. For one that Redis gave it is the very same, with any fraction that another program wrote.
local function text_of(time)
  local text = texts[time]
  if not text then
    text = string.format('%.17g', time)
    texts[time] = text
  end
  return text
end

-- The time that a sorted set has; false for false. An endless one, which another program can write, JSON cannot say.
local function time_of(score)
  local time = score and tonumber(score)
  if time and time - time ~= 0 then
    return time > 0 and 9007199254740991 or 0
  elseif time then
    texts[time] = score
  end
  return time
end
