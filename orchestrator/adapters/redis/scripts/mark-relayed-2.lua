-- Remembers how many commits of a run are published: never fewer than before, and never more than there are,
-- for a mark may come late, to a run that was lost and rebuilt meanwhile.
-- KEYS: commits, head
-- ARGV: version, how long the commits of a run are kept that has ended and is published (ms), how long its head is (ms)
-- Gives the plan of a run that nobody needs to look at any more, else nothing.
local version = redis.call('LLEN', KEYS[1])
if version == 0 then
  return false
end

local known = tonumber(redis.call('HGET', KEYS[2], 'relayed') or '0')
local relayed = math.max(known, math.min(tonumber(ARGV[1]), version))
redis.call('HSET', KEYS[2], 'relayed', relayed)
if relayed < version then
  return false
end

redis.call('HSET', KEYS[2], 'published', '1')
if redis.call('HGET', KEYS[2], 'ended') ~= '1' then
  return false
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return redis.call('HGET', KEYS[2], 'plan')
