-- Tells who works on attempts of one run.
-- KEYS: what the names of the run's attempts begin with
-- ARGV: attempt name, ...
-- Gives for each attempt: 0 nobody, 1 it is over, or the rest of its lease (ms), a blank and its owner.
local holders = {}
for index = 1, #ARGV do
  local key = KEYS[1] .. ARGV[index]
  local entry = redis.call('GET', key)
  local holder = entry and 1 or 0
  if entry and string.sub(entry, 1, 5) == 'held ' then
    holder = math.max(0, redis.call('PTTL', key)) .. ' ' .. string.sub(entry, 6)
  end
  holders[index] = holder
end
return holders
