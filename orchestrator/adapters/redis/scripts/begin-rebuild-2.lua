-- From now on the store is not whole, for a rebuild to fill it. The same rebuild again goes on.
-- KEYS: whole, rebuild
-- ARGV: name of the rebuild, who makes it, how long it may be silent (ms), 1 when a whole store is doubted
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local current = redis.call('GET', KEYS[2]) or ''
local by, life = string.match(current, ' (%S+) (%S+)$')
-- What another life of the server was rebuilt for is over.
local isUnderWay = life == server
if isUnderWay and by ~= ARGV[2] then
  return 'busy'
end
if not isUnderWay and ARGV[4] ~= '1' and string.match(redis.call('GET', KEYS[1]) or '', '%S+$') == server then
  return 'whole'
end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. server, 'PX', ARGV[3])
redis.call('DEL', KEYS[1])
return 'begun'
