-- Keeps one commit of a run, all of it or nothing; the same commit again is kept already.
-- KEYS: commits, head, retries
-- ARGV: based on, record, id, id of the commit before ('' when there is none), summary, due, kept at, plan,
--   1 when the run has ended, TTL of the counters (ms), object id, failures, ...
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local head = redis.call('HMGET', KEYS[2], 'last', 'server', 'held', 'ended')
local version = redis.call('LLEN', KEYS[1])
if head[3] or (version > 0 and head[2] ~= server) then
  return 'stale'
end

local basedOn = tonumber(ARGV[1])
local last = version > 0 and head[1] or ''
if version == basedOn + 1 and last == ARGV[3] and redis.call('LINDEX', KEYS[1], -1) == ARGV[2] then
  return 'kept'
end
if version ~= basedOn or last ~= ARGV[4] then
  return 'stale'
end

redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], 'last', ARGV[3], 'server', server, 'summary', ARGV[5], 'due', ARGV[6], 'kept_at', ARGV[7], 'plan', ARGV[8], 'ended', ARGV[9], 'published', '0')

-- It had ended and goes on.
if head[4] == '1' and ARGV[9] ~= '1' then
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end

for index = 11, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[index], ARGV[index + 1])
end
if #ARGV > 10 then
  redis.call('PEXPIRE', KEYS[3], ARGV[10])
end
return 'kept'
