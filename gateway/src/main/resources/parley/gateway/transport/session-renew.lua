-- Prolongs the lease on behalf of the owner. KEYS: session:<pid>. ARGV: owner, lease in ms.
-- Answers 1, or 0 when someone took it over, or -1 when there is none, or only what Redis knew before it lost something.
local owner = tonumber(redis.call('HGET', KEYS[1], 'owner') or 0)
if owner ~= tonumber(ARGV[1]) then
  return owner > tonumber(ARGV[1]) and 0 or -1
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
