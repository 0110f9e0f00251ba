-- Keeps one commit of a run, all of it or nothing; the same commit again is kept already.
-- KEYS: commits, head, retries
-- ARGV: based on, record, summary, due, kept at, plan, 1 when the run has ended, TTL of the counters (ms), object id, failures, ...
local version = redis.call('LLEN', KEYS[1])
local basedOn = tonumber(ARGV[1])

if version == basedOn + 1 and redis.call('LINDEX', KEYS[1], -1) == ARGV[2] then
  return 'kept'
end
if version ~= basedOn then
  return 'stale'
end

redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], 'summary', ARGV[3], 'due', ARGV[4], 'kept_at', ARGV[5], 'plan', ARGV[6], 'ended', ARGV[7], 'published', '0')

for index = 9, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[index], ARGV[index + 1])
end
if #ARGV > 8 then
  redis.call('PEXPIRE', KEYS[3], ARGV[8])
end
return 'kept'
