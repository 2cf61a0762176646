-- forgetting: plans that nothing is kept of a user. For scripts that remove people.

-- Plans that nothing of a user is kept but the history, until its time is over. The record keeps all of the metadata,
-- so that undo can bring the user back.
local function forget(person)
  local all = read('HGETALL', person.key)
  for i = 1, #all, 2 do
    if person.old[all[i]] == nil then person.old[all[i]] = all[i + 1] end
  end
  person.heartbeat = time_of(read('ZSCORE', HEARTBEATS, person.id))
  touch(person, false)
  person.gone = true
end

-- Plans that a user leaves every set and is forgotten. No further move of this user may follow.
local function plan_removal(person, cause)
  local partner = person.meta.matchedWith
  add_step(person, false, NOW_TEXT, cause, partner)
  if is_paired(person.state) then person.left = partner or nil end
  person.state, person.since = nil, nil
  forget(person)
end
