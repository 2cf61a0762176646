-- permissions: which of some commands the Redis user of this connection may send, in one atomic read. Read-only: it
--              asks the server's own judgement, and runs none of them.
--
-- KEYS[1]   waiting          sorted set   names the node to ask; it is not read
--
-- ARGV[1…]  commands         JSON lists: name and arguments
--
-- Returns 'unknown' where the server cannot be asked (before Redis 7.0); else for each command 1 when it is allowed, 0
--         when it is not.
local _ = KEYS[1]
local COMMANDS = ARGV

if not redis.acl_check_cmd then return 'unknown' end
local allowed = {}
for i = 1, #COMMANDS do
  local asked, may = pcall(redis.acl_check_cmd, unpack(cjson.decode(COMMANDS[i])))
  -- A command that this server does not know cannot be forbidden; its use says so.
  allowed[i] = (not asked or may) and 1 or 0
end
return allowed
