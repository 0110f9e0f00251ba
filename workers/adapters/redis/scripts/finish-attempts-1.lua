-- Marks attempts of one run as done; who came first decides the answer.
-- KEYS: what the names of the run's attempts begin with
-- ARGV: how long the marks are kept (ms), attempt name, answer, ...
-- Gives for each attempt: 0 when the answer given stands, else the one that does.
local standing, names = {}, {}
for index = 2, #ARGV, 2 do
  local key = KEYS[1] .. ARGV[index]
  local entry = redis.call('GET', key)
  names[index / 2] = ARGV[index]
  if entry and string.sub(entry, 1, 5) == 'done ' then
    local answer = string.sub(entry, 6)
    standing[index / 2] = answer == ARGV[index + 1] and 0 or answer
  else
    redis.call('SET', key, 'done ' .. ARGV[index + 1], 'PX', ARGV[1])
    standing[index / 2] = 0
  end
end
if #names > 0 then redis.call('ZREM', KEYS[1] .. 'leases', unpack(names)) end
return standing
