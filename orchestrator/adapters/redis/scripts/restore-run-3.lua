-- Puts a run in the place of what is there of it, if that has fewer commits.
-- KEYS: the commits, written beside; commits; head
-- ARGV: number of commits, summary, due, kept at, plan, 1 when the run has ended, relayed, 1 when all is relayed
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) or redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
  return 'known'
end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PERSIST', KEYS[2])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'summary', ARGV[2], 'due', ARGV[3], 'kept_at', ARGV[4], 'plan', ARGV[5], 'ended', ARGV[6], 'relayed', ARGV[7], 'published', ARGV[8])
return 'restored'
