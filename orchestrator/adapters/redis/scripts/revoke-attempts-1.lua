-- Says that nobody should work on attempts of one run any more; those that were answered stay answered.
-- KEYS: what the names of the run's attempts begin with
-- ARGV: how long that is known (ms), attempt name, ...
for index = 2, #ARGV do
  local key = KEYS[1] .. ARGV[index]
  local entry = redis.call('GET', key)
  if not entry or string.sub(entry, 1, 5) ~= 'done ' then
    redis.call('SET', key, 'revoked', 'PX', ARGV[1])
    redis.call('ZREM', KEYS[1] .. 'leases', ARGV[index])
  end
end
