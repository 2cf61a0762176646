-- alone: who is IN_CALL and names a partner who is not in that call. read.lua stands before it. Read-only.
--
-- KEYS[1]  in_call           sorted set   users by time of entry
-- KEYS[2]  user:<id>         hash         prefix: metadata
--
-- ARGV[1]  offset            rank in the set to begin at
-- ARGV[2]  count             how many users are looked at
--
-- Returns { looked at, users }. A user who names nobody, or whose key is damaged, is not among them: programs that keep
--         no partners would look as if all of their users were alone.
local IN_CALL, USER = KEYS[1], KEYS[2]
local OFFSET, COUNT = tonumber(ARGV[1]), tonumber(ARGV[2])

local function partner_of(id)
  local named = redis.pcall('HGET', USER .. id, 'matchedWith')
  return type(named) == 'string' and named ~= '' and named or nil
end

local users = read('ZRANGE', IN_CALL, OFFSET, OFFSET + COUNT - 1)
local believers, partners, alone = {}, {}, {}
for i = 1, #users do
  local partner = partner_of(users[i])
  if partner then
    believers[#believers + 1], partners[#partners + 1] = users[i], partner
  end
end
local entries = partners[1] and read('ZMSCORE', IN_CALL, unpack(partners)) or {}
for i = 1, #partners do
  if not entries[i] or (partner_of(partners[i]) or believers[i]) ~= believers[i] then
    alone[#alone + 1] = believers[i]
  end
end
return { #users, alone }
