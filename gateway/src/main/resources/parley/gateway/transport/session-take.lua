-- Gives a session to whoever proves to be its user; from now on the last owner's writes do nothing.
-- KEYS: session:<pid>. ARGV: lease in ms, user. Answers all its fields, or false.
if redis.call('HGET', KEYS[1], 'user') ~= ARGV[2] then
  return false
end
redis.call('HINCRBY', KEYS[1], 'owner', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])
