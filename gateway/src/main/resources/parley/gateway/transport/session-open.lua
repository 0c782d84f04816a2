-- Keeps a new session. KEYS: session:<pid>. ARGV: lease in ms, sid, user, then further fields and values.
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'owner', '1', 'sid', ARGV[2], 'user', ARGV[3], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
