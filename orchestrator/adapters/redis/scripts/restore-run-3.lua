-- Puts a run in the place of what is there of it.
-- KEYS: the commits, written beside; commits; head
-- ARGV: name of the rebuild, 1 when the run has ended, number of commits, id of the last,
--   TTL of the commits (ms; 0: none), TTL of the head (ms; 0: none), field of the head, value, ...
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local head = redis.call('HMGET', KEYS[3], 'server', 'held')
local count = tonumber(ARGV[3])
local record = redis.call('LINDEX', KEYS[2], count - 1)
local id = record and string.match(record, '"id":"([^"]*)"')
-- Of what is here, and was restored by somebody else, nothing is taken back.
if (id == ARGV[4] or ARGV[2] == '1') and head[1] == server and not head[2] then
  redis.call('DEL', KEYS[1])
  return 'restored'
end
if head[2] ~= ARGV[1] and (head[2] or ARGV[2] ~= '1') then
  redis.call('DEL', KEYS[1])
  return 'superseded'
end
-- Written beside and expired before its turn: the rebuild was too slow.
if redis.call('LLEN', KEYS[1]) ~= count then
  redis.call('DEL', KEYS[1])
  return 'superseded'
end

redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'last', ARGV[4], 'server', server, unpack(ARGV, 7))
for index, key in ipairs({ KEYS[2], KEYS[3] }) do
  local ttl = tonumber(ARGV[4 + index])
  if ttl > 0 then
    redis.call('PEXPIRE', key, ttl)
  else
    redis.call('PERSIST', key)
  end
end
return 'restored'
