-- Claims attempts of one run for an owner; the owner who holds one gets it again, and prolongs it.
-- KEYS: what the names of the run's attempts begin with (they share its hash tag, and with it its slot)
-- ARGV: owner, lease (ms), how long what outlives an attempt is kept (ms), attempt name, ...
-- Gives for each attempt: 0 claimed, ms that somebody else holds it, -1 revoked, -2 superseded by a newer
-- attempt, or the answer it ended with.
local mine = 'held ' .. ARGV[1]
local leases, newest = KEYS[1] .. 'leases', KEYS[1] .. 'newest'
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
-- Only attempts after the first are fences: a run without retries has no hash of them.
local has_fences = redis.call('EXISTS', newest) == 1
local claims, leased, fenced = {}, {}, false

-- Whether a newer attempt at the object was claimed; else this one is the newest.
local function is_superseded(name)
  local attempt, object = string.match(name, '^(%d+):(.*)$')
  local number = tonumber(attempt)
  local fence = has_fences and tonumber(redis.call('HGET', newest, object) or 0) or 0
  if fence > number then return true end
  if number > 1 and number > fence then
    redis.call('HSET', newest, object, number)
    has_fences, fenced = true, true
  end
  return false
end

for index = 4, #ARGV do
  local name = ARGV[index]
  local key = KEYS[1] .. name
  local entry = redis.call('GET', key)
  local claim = 0
  if entry and string.sub(entry, 1, 5) == 'done ' then
    claim = string.sub(entry, 6)
  elseif entry == 'revoked' then
    claim = -1
  elseif is_superseded(name) then
    claim = -2
  elseif entry and entry ~= mine then
    claim = math.max(1, redis.call('PTTL', key))
  else
    redis.call('SET', key, mine, 'PX', ARGV[2])
    leased[#leased + 1] = until_ms
    leased[#leased + 1] = name
  end
  claims[index - 3] = claim
end
if #leased > 0 then
  redis.call('ZADD', leases, unpack(leased))
  redis.call('PEXPIRE', leases, ARGV[3])
end
if fenced then redis.call('PEXPIRE', newest, ARGV[3]) end
return claims
