-- Keeps a session, unless a later owner has it. KEYS: session:<pid>. ARGV: owner, lease in ms, sid, user, then further
-- fields and values. Answers 1, or 0 when someone took it over.
local owner = tonumber(redis.call('HGET', KEYS[1], 'owner') or 0)
if owner > tonumber(ARGV[1]) then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'sid', ARGV[3], 'user', ARGV[4], unpack(ARGV, 5))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
