-- Remembers loads of a tenant's objects unless a newer one is known. A value is "<loaded at> <JSON>".
-- KEYS: loads
-- ARGV: object id, loaded at (ms), JSON, ...
for index = 1, #ARGV, 3 do
  local known = redis.call('HGET', KEYS[1], ARGV[index])
  if not known or tonumber(string.match(known, '^%S+')) <= tonumber(ARGV[index + 1]) then
    redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1] .. ' ' .. ARGV[index + 2])
  end
end
return 1
