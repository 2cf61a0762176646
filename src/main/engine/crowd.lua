-- crowd: many users at once. For scripts that move more than a couple.

-- Meets the users at some places of a list, not too many at once, with one command for each set.
local function meet_all(ids, first, last)
  local scores = {}
  for state, key in pairs(SETS) do scores[state] = read('ZMSCORE', key, unpack(ids, first, last)) end
  for i = first, last do
    local n = i - first + 1
    meet(ids[i], scores.IDLE[n], scores.WAITING[n], scores.CONNECTING[n], scores.IN_CALL[n], scores.DISCONNECTING[n])
  end
end
