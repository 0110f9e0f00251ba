-- Moves the due time of a run that nobody has committed to meanwhile.
-- KEYS: commits, head
-- ARGV: version, due
if redis.call('LLEN', KEYS[1]) == tonumber(ARGV[1]) and ARGV[1] ~= '0' then
  redis.call('HSET', KEYS[2], 'due', ARGV[2])
end
return 1
