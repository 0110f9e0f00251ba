-- Which attempts were announced for those that joined them.
-- KEYS: what all names of the group begin with
-- ARGV: run, object, attempt, ...
-- Gives for each the run and the attempt, or 0.
local function owner(run, object, attempt)
  local build = redis.call('GET', KEYS[1] .. 'of:' .. #run .. ':' .. run .. ':' .. object)
  local text = build and redis.call('GET', KEYS[1] .. 'build:' .. build)
  local entry = text and cjson.decode(text)
  local waits = entry and entry.waiting[run]
  return waits and waits.attempts[attempt] and { entry.run, entry.attempt } or 0
end

local replies = {}
for index = 1, #ARGV, 3 do
  replies[#replies + 1] = owner(ARGV[index], ARGV[index + 1], ARGV[index + 2])
end
return replies
