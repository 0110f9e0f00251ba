-- Forgets leases of one run that ran out; those that were claimed again meanwhile stay.
-- KEYS: the run's attempts by the end of their leases
-- ARGV: attempt name, ...
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
for index = 1, #ARGV do
  local until_ms = redis.call('ZSCORE', KEYS[1], ARGV[index])
  if until_ms and tonumber(until_ms) <= now_ms then redis.call('ZREM', KEYS[1], ARGV[index]) end
end
