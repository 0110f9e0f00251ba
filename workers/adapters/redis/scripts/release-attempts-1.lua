-- Gives back the attempts of one run that an owner holds.
-- KEYS: what the names of the run's attempts begin with
-- ARGV: owner, attempt name, ...
local mine = 'held ' .. ARGV[1]
for index = 2, #ARGV do
  local key = KEYS[1] .. ARGV[index]
  if redis.call('GET', key) == mine then
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[1] .. 'leases', ARGV[index])
  end
end
