-- record: what a transaction leaves behind for those who ask later. JSON is put together here from parts that are
-- encoded once; a table that cjson walks costs twice as much.
--
-- ARGV[3]   fingerprint      what is asked for, so that an id used again for something else is noticed
--
-- What the transaction did, as it is kept, returned and undone. JSON of { at, by, kind, fingerprint,
-- moves: [user, from, since, to, at, cause], undo: [user, { field: value before or false }, mark], warnings,
-- cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state. The mark is the
-- last heartbeat of who is gone, 'new' for who was brought to life, and missing for all others.
-- Returns it, and who acts as JSON.
local function encode_record(kind, warnings)
  local FINGERPRINT, by = ARGV[3], cjson.encode(BY)

  local moves, undo = { nil }, { nil }
  for i = 1, #order do
    local person = order[i]
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
  return '{"at":' .. NOW_TEXT .. ',"by":' .. by .. ',"kind":"' .. kind .. '","fingerprint":"' .. FINGERPRINT
    .. '","moves":[' .. all_moves .. '],"undo":[' .. all_undo
    .. '],"warnings":' .. (warnings and cjson.encode(warnings) or '[]')
    .. ',"cooldowns":' .. (cooldowns and cjson.encode(cooldowns) or '[]') .. '}', by
end
