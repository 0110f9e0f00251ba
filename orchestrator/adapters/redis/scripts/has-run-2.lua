-- Whether a run that has ended is there, whatever happened to the server.
-- KEYS: commits, head
-- ARGV: number of commits, id of the last
local record = redis.call('LINDEX', KEYS[1], tonumber(ARGV[1]) - 1)
-- Of a run whose time is over only the head is kept.
local id = record and string.match(record, '"id":"([^"]*)"') or redis.call('HGET', KEYS[2], 'last')
if id ~= ARGV[2] then
  return 0
end
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
redis.call('HSET', KEYS[2], 'server', server)
redis.call('HDEL', KEYS[2], 'held')
return 1
