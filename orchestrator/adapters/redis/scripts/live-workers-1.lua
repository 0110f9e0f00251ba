-- The workers that are alive; those that are not are forgotten.
-- KEYS: the live workers
-- Gives for each: for how long it was not seen (ms), what it says of itself.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local entries = redis.call('HGETALL', KEYS[1])
local alive = {}
for index = 1, #entries, 2 do
  local seen, until_ms, notice = string.match(entries[index + 1], '^(%d+) (%d+) (.*)$')
  if not until_ms or tonumber(until_ms) <= now_ms then
    redis.call('HDEL', KEYS[1], entries[index])
  else
    alive[#alive + 1] = now_ms - seen
    alive[#alive + 1] = notice
  end
end
return alive
