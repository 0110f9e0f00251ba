-- Reads a run as it is at one moment.
-- KEYS: commits, head
-- ARGV: number of the commit after which to read, records at most
-- Gives nothing when the run is not restored, else version, id of the last commit, how many are published, records.
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local head = redis.call('HMGET', KEYS[2], 'last', 'server', 'held', 'relayed')
local version = redis.call('LLEN', KEYS[1])
if head[3] or (version > 0 and head[2] ~= server) then
  return false
end
local after = tonumber(ARGV[1])
return { version, head[1] or '', head[4] or '0', redis.call('LRANGE', KEYS[1], after, after + tonumber(ARGV[2]) - 1) }
