-- Takes runs out of the list of those with leases, unless a worker has entered them again meanwhile.
-- KEYS: the list of runs by when they were entered
-- ARGV: run, when it was entered as it was read, ...
for index = 1, #ARGV, 2 do
  local entered = redis.call('ZSCORE', KEYS[1], ARGV[index])
  if entered and tonumber(entered) == tonumber(ARGV[index + 1]) then redis.call('ZREM', KEYS[1], ARGV[index]) end
end
return 0
