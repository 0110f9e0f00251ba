-- A worker is alive, for so long.
-- KEYS: the live workers
-- ARGV: field, for how long (ms), what it says of itself
-- Each entry is: when it was seen, until when it counts as alive (both ms of Redis' clock), what it says.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = string.format('%.0f %.0f ', now_ms, now_ms + ARGV[2]) .. ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], entry)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
