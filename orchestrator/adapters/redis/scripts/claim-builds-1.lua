-- Claims builds of one group: who finds one open that another run has claimed joins it.
-- KEYS: what all names of the group begin with (they share its hash tag)
-- ARGV: how long a build stays open without an answer (ms), build, run, object, attempt, commit, ...
-- Gives for each claim 0 when the attempt is to be announced, else run and attempt that were announced for it.
local info = redis.pcall('INFO', 'server')
local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'

local function own(build, entry, run, object, attempt)
  entry.run, entry.attempt, entry.left = run, attempt, nil
  redis.call('SET', KEYS[1] .. 'build:' .. build, cjson.encode(entry), 'PX', ARGV[1])
  redis.call('SET', KEYS[1] .. 'of:' .. #run .. ':' .. run .. ':' .. object, build, 'PX', ARGV[1])
  return 0
end

local function join(build, entry, run, object, attempt, commit)
  local known = entry.waiting[run]
  -- What is lower than the last comes late, or the store has lost the last: nobody knows, and both are told.
  if not known or attempt > known.last then
    known = { last = attempt, of = entry.run .. ' ' .. entry.attempt, attempts = {} }
    entry.waiting[run] = known
  end
  known.attempts['' .. attempt] = commit
  redis.call('SET', KEYS[1] .. 'build:' .. build, cjson.encode(entry), 'KEEPTTL')
  redis.call('SET', KEYS[1] .. 'of:' .. #run .. ':' .. run .. ':' .. object, build, 'PX', ARGV[1])
  return { entry.run, entry.attempt }
end

local function claim(build, run, object, attempt, commit)
  local text = redis.call('GET', KEYS[1] .. 'build:' .. build)
  local entry = text and cjson.decode(text)
  -- What was open before the server lost its data, or may have lost it, is void.
  if entry and entry.server ~= server then
    entry = nil
  end
  local name = #run .. ':' .. run .. ':' .. object .. ':' .. attempt
  local joined = redis.call('GET', KEYS[1] .. 'joined:' .. name)
  joined = joined and cjson.decode(joined)
  local closed = joined and joined.server == server and joined.commit == commit
  -- Who has left, perhaps before this came, opens nothing and joins nothing.
  if redis.call('GET', KEYS[1] .. 'left:' .. name) == server then
    if closed then
      return { joined.run, joined.attempt }
    end
    return entry and entry.waiting[run] and { entry.run, entry.attempt } or 0
  end
  -- A decision that was lost, or an attempt that was given up, has claimed other work: the answer closes that.
  local stands = redis.call('GET', KEYS[1] .. 'of:' .. #run .. ':' .. run .. ':' .. object)
  if stands and stands ~= build then
    local other = redis.call('GET', KEYS[1] .. 'build:' .. stands)
    other = other and cjson.decode(other)
    if other and other.server == server and other.run == run then
      return 0
    end
  end
  if entry and entry.run == run then
    return attempt ~= entry.attempt and own(build, entry, run, object, attempt) or 0
  end
  local waits = entry and entry.waiting[run]
  if waits then
    if attempt <= waits.last or waits.of ~= entry.run .. ' ' .. entry.attempt then
      return join(build, entry, run, object, attempt, commit)
    end
    entry.waiting[run] = nil
    redis.call('DEL', KEYS[1] .. 'of:' .. #entry.run .. ':' .. entry.run .. ':' .. object)
    return own(build, entry, run, object, attempt)
  end
  if closed then
    return { joined.run, joined.attempt }
  end
  if entry then
    return join(build, entry, run, object, attempt, commit)
  end
  return own(build, { server = server, waiting = {} }, run, object, attempt)
end

local replies = {}
for index = 2, #ARGV, 5 do
  local attempt = tonumber(ARGV[index + 3])
  replies[#replies + 1] = claim(ARGV[index], ARGV[index + 1], ARGV[index + 2], attempt, ARGV[index + 4])
end
return replies
