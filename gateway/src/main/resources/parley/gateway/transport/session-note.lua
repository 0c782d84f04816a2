-- Sets or removes one field on behalf of the owner. KEYS: session:<pid>. ARGV: owner, field, value or nothing.
-- Answers 1, or 0 when someone else owns it, or -1 when there is none.
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner ~= ARGV[1] then
  return owner and 0 or -1
end
if ARGV[3] then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[2])
end
return 1
