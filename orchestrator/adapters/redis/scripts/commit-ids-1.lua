-- The ids of commits of a run, without the commits. Changes nothing.
-- KEYS: commits
-- ARGV: number of the first, number of the last (from 0)
local ids = {}
for index, record in ipairs(redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2])) do
  ids[index] = string.match(record, '"id":"([^"]*)"') or ''
end
return ids
