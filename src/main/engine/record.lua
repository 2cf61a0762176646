-- record: what a transaction leaves behind for those who ask later. JSON is put together here from parts that are
-- encoded once; a table that cjson walks costs twice as much.

-- What a state is in JSON; false for none.
local WORDS = { IDLE = '"IDLE"', WAITING = '"WAITING"', CONNECTING = '"CONNECTING"', IN_CALL = '"IN_CALL"',
  DISCONNECTING = '"DISCONNECTING"', [false] = 'false' }

-- What the transaction did, as it is kept, returned and undone. JSON of { at, by, kind, fingerprint,
-- moves: [user, from, since, to, at, cause], undo: [user, { field: value before or false }, mark], warnings,
-- cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state. The mark is the
-- last heartbeat of who is gone, 'new' for who was brought to life, and missing for all others.
local function encode_record(kind, warnings)
  local moves, undo = {}, {}
  for i = 1, #order do
    local person = order[i]
    local mark = person.heartbeat and ',' .. text_of(person.heartbeat) or person.new and ',"new"' or ''
    person.quoted = cjson.encode(person.id)
    undo[i] = '[' .. person.quoted .. ',' .. cjson.encode(person.old) .. mark .. ']'
  end
  for i = 1, #steps do
    local step = steps[i]
    moves[i] = '[' .. step.person.quoted .. ',' .. WORDS[step.from] .. ','
      .. (step.since and text_of(step.since) or 'false') .. ',' .. WORDS[step.to] .. ',' .. text_of(step.at) .. ',"'
      .. step.cause .. '"]'
  end
  return '{"at":' .. NOW_TEXT .. ',"by":' .. cjson.encode(BY) .. ',"kind":"' .. kind .. '","fingerprint":"' .. FINGERPRINT
    .. '","moves":[' .. table.concat(moves, ',') .. '],"undo":[' .. table.concat(undo, ',')
    .. '],"warnings":' .. (warnings[1] and cjson.encode(warnings) or '[]')
    .. ',"cooldowns":' .. (cooldowns[1] and cjson.encode(cooldowns) or '[]') .. '}'
end

-- What the audit trail says of this transaction: fields and values.
local function audit_entry(action, reason, detail)
  local users = {}
  for i = 1, #order do users[i] = order[i].id end
  return { 'at', NOW_TEXT, 'by', BY, 'action', action, 'reason', reason, 'outcome', 'done', 'tx', TX,
    'users', cjson.encode(users), 'detail', detail or '', 'request', REQUEST }
end
