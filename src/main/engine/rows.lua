-- rows: what a table shows of some users, wherever they are. read.lua stands before it. Read-only.
--
-- KEYS[1]  heartbeats        sorted set   every known user by last heartbeat
-- KEYS[2]  user:<id>         hash         prefix: metadata
-- KEYS[3]  idle              sorted set   users by time of entry
-- KEYS[4]  waiting           sorted set
-- KEYS[5]  connecting        sorted set
-- KEYS[6]  in_call           sorted set
-- KEYS[7]  disconnecting     sorted set
--
-- ARGV[1]  users             how many
-- ARGV[2…] ids               the users, then the fields of the metadata for each row
--
-- Returns rows as of list.lua, one for each set that a user is in; the number of the set is 0 and the entry time '' for
--         a user in none who has metadata.
local HEARTBEATS, USER = KEYS[1], KEYS[2]
local SETS = { KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7] }
local COUNT, IDS, IDS_AT = tonumber(ARGV[1]), ARGV, 2
local FIELDS, FIELDS_AT = ARGV, IDS_AT + COUNT

local function row_of(set, user, since)
  local row = { set, user, since, read('ZSCORE', HEARTBEATS, user) or '' }
  local values = redis.pcall('HMGET', USER .. user, unpack(FIELDS, FIELDS_AT))
  for i = 1, #FIELDS - FIELDS_AT + 1 do row[4 + i] = not values.err and values[i] or '' end
  return row
end

local rows = {}
for i = IDS_AT, IDS_AT + COUNT - 1 do
  local user, before = IDS[i], #rows
  for set = 1, #SETS do
    local since = read('ZSCORE', SETS[set], user)
    if since then rows[#rows + 1] = row_of(set, user, since) end
  end
  if #rows == before and redis.call('EXISTS', USER .. user) == 1 then rows[#rows + 1] = row_of(0, user, '') end
end
return rows
