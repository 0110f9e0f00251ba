-- Forgets the retry counters of a run that is not there, or has ended: of any other they are in use.
-- KEYS: head, retries
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HGET', KEYS[1], 'ended') ~= '1' then
  return 0
end
return redis.call('DEL', KEYS[2])
