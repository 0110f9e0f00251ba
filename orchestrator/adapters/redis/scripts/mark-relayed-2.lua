-- Remembers how many commits of a run are published: never fewer than before. A mark for a commit that the run
-- does not have is none: the run was lost, and rebuilt without it.
-- KEYS: commits, head
-- ARGV: version, id, how long the commits of a run are kept that has ended and is published (ms), how long its head is (ms)
-- Gives 'unknown' when the run does not have the commit, 'settled' and its plan when nobody needs to look at it any more, else 'known'.
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local head = redis.call('HMGET', KEYS[2], 'last', 'server', 'held', 'relayed', 'ended', 'plan')
if head[3] or head[2] ~= server then
  return { 'unknown' }
end

local version = redis.call('LLEN', KEYS[1])
local marked = tonumber(ARGV[1])
local id = nil
if marked == version then
  id = head[1]
elseif marked < version then
  id = string.match(redis.call('LINDEX', KEYS[1], marked - version - 1), '"id":"([^"]*)"')
end
if id ~= ARGV[2] then
  return { 'unknown' }
end

local relayed = math.max(tonumber(head[4] or '0'), marked)
redis.call('HSET', KEYS[2], 'relayed', relayed)
if relayed < version then
  return { 'known' }
end

redis.call('HSET', KEYS[2], 'published', '1')
if head[5] ~= '1' then
  return { 'known' }
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return { 'settled', head[6] }
