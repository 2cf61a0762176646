-- keep-alarms: writes down what one process has judged, unless another one judges this pool.
--
-- KEYS[1]   alarm-state      string       JSON: { by, at, alarms }, every alarm as it stands
-- KEYS[2]   alarm-history    stream       one entry per change of an alarm
--
-- ARGV[1]   judge            id of the process
-- ARGV[2]   lease            ms after which a judge who has not written counts as gone
-- ARGV[3]   alarms           JSON: kind by { level, since, value }
-- ARGV[4]   changes          JSON: list of { kind, from, to, value, lasted }
-- ARGV[5]   cap              about how many entries the history keeps
--
-- Returns { 'kept' } or { 'other' } where somebody else judges.
-- Effects  the state, and one entry of the history per change.
local STATE, HISTORY = KEYS[1], KEYS[2]
local JUDGE, LEASE, ALARMS, CHANGES, CAP = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known, state = pcall(cjson.decode, redis.call('GET', STATE) or '')
if known and type(state) == 'table' and state.by ~= JUDGE and now - (tonumber(state.at) or 0) < LEASE then
  return { 'other' }
end

local changes = cjson.decode(CHANGES)
redis.call('SET', STATE, '{"by":' .. cjson.encode(JUDGE) .. ',"at":' .. string.format('%.0f', now) ..
  ',"alarms":' .. ALARMS .. '}')
for i = 1, #changes do
  local change = changes[i]
  redis.call('XADD', HISTORY, 'MAXLEN', '~', CAP, '*', 'at', string.format('%.0f', now), 'kind', change.kind, 'from',
    change.from, 'to', change.to, 'value', change.value, 'lasted', change.lasted)
end
return { 'kept' }
