-- Runs of one group do not wait for attempts any more.
-- KEYS: what all names of the group begin with
-- ARGV: how long it is remembered who has left (ms), run, object, attempt, ...
-- Gives for each run and attempt, ..., that nobody waits for now, or 0.
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'

local function leave(run, object, attempt)
  local name = #run .. ':' .. run .. ':' .. object
  local of = KEYS[1] .. 'of:' .. name
  redis.call('SET', KEYS[1] .. 'left:' .. name .. ':' .. attempt, server, 'PX', ARGV[1])
  local build = redis.call('GET', of)
  local text = build and redis.call('GET', KEYS[1] .. 'build:' .. build)
  local entry = text and cjson.decode(text)
  local waits = entry and entry.waiting[run]
  if waits and waits.attempts['' .. attempt] then
    waits.attempts['' .. attempt] = nil
  elseif entry and entry.run == run and entry.attempt == attempt then
    entry.left = true
  else
    -- It may have been the last of a build, and the reply was lost.
    local gave = redis.call('GET', KEYS[1] .. 'gave:' .. name .. ':' .. attempt)
    gave = gave and cjson.decode(gave)
    if gave and gave.server == server then
      return { run, attempt, gave.run, gave.attempt }
    end
    return { run, attempt }
  end
  local isWanted = not entry.left
  local names = { KEYS[1] .. 'build:' .. build }
  local function forget(other)
    local place = KEYS[1] .. 'of:' .. #other .. ':' .. other .. ':' .. object
    if redis.call('GET', place) == build then
      names[#names + 1] = place
    end
  end
  forget(entry.run)
  for other, joined in pairs(entry.waiting) do
    isWanted = isWanted or next(joined.attempts) ~= nil
    forget(other)
  end
  if not isWanted then
    redis.call('DEL', unpack(names))
    if entry.run ~= run then
      local gave = cjson.encode({ server = server, run = entry.run, attempt = entry.attempt })
      redis.call('SET', KEYS[1] .. 'gave:' .. name .. ':' .. attempt, gave, 'PX', ARGV[1])
    end
    return { entry.run, entry.attempt }
  end
  redis.call('SET', KEYS[1] .. 'build:' .. build, cjson.encode(entry), 'KEEPTTL')
  return 0
end

local replies = {}
for index = 2, #ARGV, 3 do
  replies[#replies + 1] = leave(ARGV[index], ARGV[index + 1], tonumber(ARGV[index + 2]))
end
return replies
