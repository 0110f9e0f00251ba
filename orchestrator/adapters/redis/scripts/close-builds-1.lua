-- Closes the builds of one group whose owners were answered.
-- KEYS: what all names of the group begin with
-- ARGV: how long it is remembered who had joined (ms), run, object, attempt, ...
-- Gives for each: run and attempt, ..., of those who had joined.
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'

local function close(run, object, attempt)
  local name = #run .. ':' .. run .. ':' .. object
  local build = redis.call('GET', KEYS[1] .. 'of:' .. name)
  local text = build and redis.call('GET', KEYS[1] .. 'build:' .. build)
  local entry = text and cjson.decode(text)
  if not entry or entry.run ~= run or attempt < entry.attempt then
    local closed = redis.call('GET', KEYS[1] .. 'closed:' .. name .. ':' .. attempt)
    return closed and cjson.decode(closed) or {}
  end

  redis.call('DEL', KEYS[1] .. 'build:' .. build, KEYS[1] .. 'of:' .. name)
  local joined = {}
  for other, waits in pairs(entry.waiting) do
    local otherName = #other .. ':' .. other .. ':' .. object
    if redis.call('GET', KEYS[1] .. 'of:' .. otherName) == build then
      redis.call('DEL', KEYS[1] .. 'of:' .. otherName)
    end
    for number, commit in pairs(waits.attempts) do
      joined[#joined + 1] = other
      joined[#joined + 1] = tonumber(number)
      local memory = cjson.encode({ server = server, run = run, attempt = attempt, commit = commit })
      redis.call('SET', KEYS[1] .. 'joined:' .. otherName .. ':' .. number, memory, 'PX', ARGV[1])
    end
  end
  if #joined > 0 then
    redis.call('SET', KEYS[1] .. 'closed:' .. name .. ':' .. attempt, cjson.encode(joined), 'PX', ARGV[1])
  end
  return joined
end

local replies = {}
for index = 2, #ARGV, 3 do
  replies[#replies + 1] = close(ARGV[index], ARGV[index + 1], tonumber(ARGV[index + 2]))
end
return replies
