-- Prolongs the lease on behalf of the owner. KEYS: session:<pid>. ARGV: owner, lease in ms.
-- Answers 1, or 0 when someone else owns it, or -1 when there is none.
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner ~= ARGV[1] then
  return owner and 0 or -1
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
