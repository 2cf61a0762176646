-- search: the users of a state whose id begins with or contains a text, among the next ones by time of entry. read.lua
-- stands before it. Read-only.
--
-- KEYS[1]  <state>           sorted set   users by time of entry
--
-- ARGV[1]  from              entry time to begin at, or -inf
-- ARGV[2]  offset            how many of that time and later are passed over
-- ARGV[3]  count             how many users are looked at
-- ARGV[4]  text
-- ARGV[5]  prefix            '1' when the id must begin with the text
--
-- Returns { looked at, entry time of the last one or '', users }.
local STATE, FROM, OFFSET, COUNT, TEXT, PREFIX = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'

local members = read('ZRANGE', STATE, FROM, '+inf', 'BYSCORE', 'LIMIT', OFFSET, COUNT)
local find, found = string.find, {}
for i = 1, #members do
  local at = find(members[i], TEXT, 1, true)
  if at == 1 or (at and not PREFIX) then found[#found + 1] = members[i] end
end
return { #members, members[1] and read('ZSCORE', STATE, members[#members]) or '', found }
