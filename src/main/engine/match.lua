-- match: pairs those who wait longest and moves both to CONNECTING.
--
-- ARGV[6]   pairs            how many couples at most
-- ARGV[7]   window           how many of the longest waiting are looked at
-- ARGV[8]   checks           how many cooldowns are looked up at most, so that one call stays short
--
-- Returns { 'done' | 'repeated', record, looked at, passed over, 'more' | 'enough' }; passed over counts the couples
--         that a cooldown kept apart; 'more' says that another call could pair more at once.
--         { 'none', '', looked at, passed over, 'enough' } when nobody could be paired.
-- Effects  as transition: both move in the same breath, with room and partner. Nobody is ever in two pairs, however
--          many matchers run, because each call sees the sets as the one before left them.
local PAIRS, WINDOW, CHECKS = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

if done then
  return { 'repeated', done, 0, 0, 'enough' }
end

-- @include couples
-- @include crowd
local queue = read('ZRANGE', SETS.WAITING, 0, WINDOW - 1)
local taken, paired, passed = {}, 0, 0
local MET_AT_ONCE = 50

-- Damaged users (in two sets at once) are left for the repair.
local function free(index)
  if taken[index] then return false end
  if not people[queue[index]] then meet_all(queue, index, math.min(index + MET_AT_ONCE - 1, #queue)) end
  return not people[queue[index]].split
end

local function on_cooldown(a, b)
  CHECKS = CHECKS - 1
  return read('EXISTS', cooldown_key(a, b)) == 1
end

-- The longest waiting after `first` who may meet them.
local function partner_for(first)
  for second = first + 1, #queue do
    if CHECKS <= 0 then return nil end
    if free(second) then
      if not on_cooldown(queue[first], queue[second]) then return second end
      passed = passed + 1
    end
  end
end

local function pair(first, second)
  local a, b = meet(queue[first]), meet(queue[second])
  local room = TX .. '-' .. paired
  taken[first], taken[second], paired = true, true, paired + 1
  plan(a, 'CONNECTING', 'match', 'match', false, b.id, room)
  plan(b, 'CONNECTING', 'match', 'match', false, a.id, room)
end

local first = 1
while first < #queue and paired < PAIRS and CHECKS > 0 do
  if free(first) then
    local second = partner_for(first)
    if second then pair(first, second) end
  end
  first = first + 1
end

if paired == 0 then
  return { 'none', '', #queue, passed, 'enough' }
end
local more = paired == PAIRS and (#queue == WINDOW or #queue - 2 * paired > 1)
kind = 'match'
-- @include record
-- @include commit
return { 'done', record, #queue, passed, more and 'more' or 'enough' }
