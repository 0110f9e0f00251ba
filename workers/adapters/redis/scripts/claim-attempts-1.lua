-- Claims attempts of one run for an owner; the owner who holds one gets it again, and prolongs it.
-- KEYS: what the names of the run's attempts begin with (they share its hash tag, and with it its slot)
-- ARGV: owner, lease (ms), attempt name, ...
-- Gives for each attempt: 0 claimed, ms that somebody else holds it, or the answer it ended with.
local mine = 'held ' .. ARGV[1]
local claims = {}
for index = 3, #ARGV do
  local key = KEYS[1] .. ARGV[index]
  local claim = 0
  if not redis.call('SET', key, mine, 'NX', 'PX', ARGV[2]) then
    local entry = redis.call('GET', key)
    if entry == mine then
      redis.call('PEXPIRE', key, ARGV[2])
    elseif string.sub(entry, 1, 5) == 'done ' then
      claim = string.sub(entry, 6)
    else
      claim = math.max(1, redis.call('PTTL', key))
    end
  end
  claims[index - 2] = claim
end
return claims
