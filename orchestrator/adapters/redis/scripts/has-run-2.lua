-- Whether a run that has ended is there, whatever happened to the server.
-- KEYS: commits, head
-- ARGV: number of commits, id of the last
local record = redis.call('LINDEX', KEYS[1], tonumber(ARGV[1]) - 1)
local id = record and string.match(record, '"id":"([^"]*)"')
-- Of a run whose time is over only the head is kept; a list that is too short is none.
if not record and redis.call('EXISTS', KEYS[1]) == 0 then
  id = redis.call('HGET', KEYS[2], 'last')
end
if id ~= ARGV[2] then
  return 0
end
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
redis.call('HSET', KEYS[2], 'server', server, 'last', ARGV[2])
redis.call('HDEL', KEYS[2], 'held')
return 1
