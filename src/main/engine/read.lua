-- read: what stands before every script that reads first. A command on a key of a wrong type is reported with the
-- key that has it, which Redis itself does not say.
local function read(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then
    if string.find(reply.err, 'WRONGTYPE', 1, true) then
      error('SWITCHBOARD_WRONG_TYPE ' .. key)
    end
    error(reply.err)
  end
  return reply
end
