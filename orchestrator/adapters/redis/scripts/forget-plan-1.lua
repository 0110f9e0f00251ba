-- Forgets a plan that does not expire: whoever saves or uses one lets it expire first.
-- KEYS: plan
if redis.call('PTTL', KEYS[1]) ~= -1 then
  return 0
end
return redis.call('DEL', KEYS[1])
