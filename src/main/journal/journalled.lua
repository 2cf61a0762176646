-- journalled: how many entries a stream ever had. It stands before scripts that read the journal, after read.lua.
-- Since Redis 7 a stream knows; before that, those retained are the best answer.
local function journalled(key)
  local length = read('XLEN', key)
  if length == 0 then return 0 end -- XINFO refuses a stream that does not exist
  local facts = read('XINFO', 'STREAM', key)
  for i = 1, #facts, 2 do
    if facts[i] == 'entries-added' then return facts[i + 1] end
  end
  return length
end
