-- left-alone: finds whoever the plan leaves alone: { user, partner or false, kind } each in `warnings`. Either the user
-- leaves a partner who still believes in them, or the user is put into a call in which nobody is with them.
for i = 1, #order do
  local person = order[i]
  if person.left then
    local partner = meet(person.left)
    if is_paired(partner.state) and partner.meta.matchedWith == person.id then
      warnings = warnings or {}
      warnings[#warnings + 1] = { person.id, partner.id, 'partner-left-alone' }
    end
  end
  if person.state == 'IN_CALL' then
    local partner = person.meta.matchedWith and meet(person.meta.matchedWith)
    if not partner or partner.state ~= 'IN_CALL' or partner.meta.matchedWith ~= person.id then
      warnings = warnings or {}
      warnings[#warnings + 1] = { person.id, person.meta.matchedWith or false, 'alone-in-call' }
    end
  end
end
