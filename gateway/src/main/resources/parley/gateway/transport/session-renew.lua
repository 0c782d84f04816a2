-- Prolongs the lease on behalf of the owner. KEYS: session:<pid>. ARGV: owner, lease in ms, fence.
-- Answers 1, or 0 when someone took it over, or -1 when there is none, or only what Redis knew before it lost something:
-- under another fence it may have.
local record = redis.call('HMGET', KEYS[1], 'owner', 'fence')
local owner = tonumber(record[1] or 0)
if owner > tonumber(ARGV[1]) then
  return 0
elseif owner ~= tonumber(ARGV[1]) or record[2] ~= ARGV[3] then
  return -1
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
