-- record: completes a plan, and puts together what it leaves behind for those who ask later. Nothing is written here.
-- JSON is put together from parts that are encoded once; a table that cjson walks costs twice as much.
--
-- ARGV[3]   fingerprint      what is asked for, so that an id used again for something else is noticed
--
-- Sets `record` to what the transaction did, as it is kept, returned and undone. JSON of { at, by, kind, fingerprint,
-- moves: [user, from, since, to, at, cause], undo: [user, { field: value before or false }, mark], warnings,
-- cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state. The mark is the
-- last heartbeat of who is gone, 'new' for who was brought to life, and missing for all others.
local FINGERPRINT = ARGV[3]

-- The metadata of those who stay are completed, and each key is read, so that one of a wrong type is found in time.
-- The fields that undo brings back stand as they were.
local by, moves, undo = cjson.encode(BY), { nil }, { nil }
for i = 1, #order do
  local person = order[i]
  local meta = person.meta
  if not person.gone and not person.restored then
    if person.moved then
      change(person, 'state', person.state)
      if person.previous then change(person, 'previousState', person.previous) end
      change(person, 'lastStateChange', person.since)
    end
    if not meta.createdAt then
      local exists = read('EXISTS', person.key) == 1
      person.new = not person.was and not exists
      -- Where there is nothing, no field needs to be asked for.
      if not exists then setmetatable(meta, nil) end
      change(person, 'createdAt', NOW_TEXT)
      change(person, 'sessionStartTime', NOW_TEXT)
      for _, counter in pairs({ 'totalMatches', 'totalSkips', 'totalEnds' }) do
        change(person, counter, tonumber(meta[counter]) or 0)
      end
    end
    -- Who proves to live is active.
    if person.alive and meta.isActive ~= 'true' and person.old.isActive == nil then
      change(person, 'isActive', 'true')
    end
  end
  person.history = HISTORY .. person.id
  read('LLEN', person.history)
  local mark = person.heartbeat and ',' .. person.heartbeat or person.new and ',"new"' or ''
  person.quoted = cjson.encode(person.id)
  undo[i] = '[' .. person.quoted .. ',' .. cjson.encode(person.old) .. mark .. ']'
end
for i = 1, #steps do
  local step = steps[i]
  local from, to = step.from, step.to
  moves[i] = '[' .. step.person.quoted .. ',' .. (from and '"' .. from .. '"' or 'false') .. ',' .. (step.since or 'false')
    .. ',' .. (to and '"' .. to .. '"' or 'false') .. ',' .. step.at .. ',"' .. step.cause .. '"]'
end
-- One text by itself needs no joining, which would cost as much as a small command.
local all_moves = moves[2] and table.concat(moves, ',') or moves[1] or ''
local all_undo = undo[2] and table.concat(undo, ',') or undo[1] or ''
record = '{"at":' .. NOW_TEXT .. ',"by":' .. by .. ',"kind":"' .. kind .. '","fingerprint":"' .. FINGERPRINT
  .. '","moves":[' .. all_moves .. '],"undo":[' .. all_undo
  .. '],"warnings":' .. (warnings and cjson.encode(warnings) or '[]')
  .. ',"cooldowns":' .. (cooldowns and cjson.encode(cooldowns) or '[]') .. '}'
