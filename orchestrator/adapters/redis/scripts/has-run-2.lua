-- Whether a run that has ended is there, whatever happened to the server.
-- KEYS: commits, head
-- ARGV: number of commits, id of the last
-- Gives 'there', 'absent', or 'other' when something else of it is there, or another rebuild is about to restore it.
local head = redis.call('HMGET', KEYS[2], 'last', 'held')
local count = redis.call('LLEN', KEYS[1])
if count == 0 and not head[1] then
  return 'absent'
end
local record = count == tonumber(ARGV[1]) and redis.call('LINDEX', KEYS[1], -1)
local id = record and string.match(record, '"id":"([^"]*)"')
-- Of a run whose time is over only the head is kept; a list of another length is another run.
if count == 0 then
  id = head[1]
end
if id ~= ARGV[2] or head[2] then
  return 'other'
end
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
redis.call('HSET', KEYS[2], 'server', server, 'last', ARGV[2])
return 'there'
