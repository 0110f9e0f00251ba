-- Forgets the head of a run that has no commits and has not ended: nothing can be made of it.
-- KEYS: commits, head
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('HGET', KEYS[2], 'ended') == '1' then
  return 0
end
return redis.call('DEL', KEYS[2])
