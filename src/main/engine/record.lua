-- record: what a transaction leaves behind for those who ask later. JSON is put together here from parts that are
-- encoded once; a table that cjson walks costs twice as much.

-- A word of ours, which needs no escapes; false where there is none.
local function quote(word)
  return word and '"' .. word .. '"' or 'false'
end

-- What the transaction did, as it is kept, returned and undone. JSON of { at, by, kind, fingerprint,
-- moves: [user, from, since, to, at, cause], undo: [user, { field: value before or false }, mark], warnings,
-- cooldowns }, and `undoneBy` once it is undone. From and to are false where the user is in no state. The mark is the
-- last heartbeat of who is gone, 'new' for who was brought to life, and missing for all others.
local function encode_record(kind, print, warnings)
  local moves, undo = {}, {}
  for i = 1, #order do
    local person = order[i]
    local mark = person.heartbeat and ',' .. text_of(person.heartbeat) or person.new and ',"new"' or ''
    person.quoted = cjson.encode(person.id)
    undo[i] = '[' .. person.quoted .. ',' .. cjson.encode(person.old) .. mark .. ']'
  end
  for i = 1, #steps do
    local step = steps[i]
    moves[i] = '[' .. step.person.quoted .. ',' .. quote(step.from) .. ','
      .. (step.since and text_of(step.since) or 'false') .. ',' .. quote(step.to) .. ',' .. text_of(step.at) .. ',"'
      .. step.cause .. '"]'
  end
  return '{"at":' .. NOW_TEXT .. ',"by":' .. cjson.encode(BY) .. ',"kind":"' .. kind .. '","fingerprint":"' .. print
    .. '","moves":[' .. table.concat(moves, ',') .. '],"undo":[' .. table.concat(undo, ',')
    .. '],"warnings":' .. (warnings[1] and cjson.encode(warnings) or '[]')
    .. ',"cooldowns":' .. (cooldowns[1] and cjson.encode(cooldowns) or '[]') .. '}'
end

-- What was asked, so that an id used again for something else is noticed (see `core.ts`).
local function fingerprint()
  return redis.sha1hex(table.concat(ARGV, '\0', 11))
end

-- The record of a transaction that was already carried out, or false.
local function first_result()
  return read('GET', TRANSACTION .. TX)
end

-- What the audit trail says of this transaction: fields and values.
local function audit_entry(action, reason, detail)
  local users = {}
  for i = 1, #order do users[i] = order[i].id end
  return { 'at', NOW_TEXT, 'by', BY, 'action', action, 'reason', reason, 'outcome', 'done', 'tx', TX,
    'users', cjson.encode(users), 'detail', detail or '', 'request', REQUEST }
end
