-- The store is whole again, if the rebuild is still the one under way and the server the same.
-- KEYS: whole, rebuild
-- ARGV: name of the rebuild
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
local name, life = string.match(redis.call('GET', KEYS[2]) or '', '^(%S+) %S+ (%S+)$')
if name == ARGV[1] and life == server then
  redis.call('SET', KEYS[1], name .. ' ' .. server)
  redis.call('DEL', KEYS[2])
end
return string.match(redis.call('GET', KEYS[1]) or '', '%S+$') == server and 'whole' or 'superseded'
