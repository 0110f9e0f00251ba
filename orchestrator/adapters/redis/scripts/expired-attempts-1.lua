-- Finds the attempts of one run whose leases ran out, the longest dead first, by Redis' own clock.
-- KEYS: the run's attempts by the end of their leases
-- ARGV: how long they must be dead (ms), how many at most
-- Gives how many leases the run has, and then for each dead one: its name, how long it is dead (ms).
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local before = '(' .. string.format('%.0f', now_ms - ARGV[1])
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local found = { redis.call('ZCARD', KEYS[1]) }
for index = 1, #dead, 2 do
  found[index + 1] = dead[index]
  found[index + 2] = now_ms - dead[index + 1]
end
return found
