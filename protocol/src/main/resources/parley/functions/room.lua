-- The hash of a room that is about to have events in the log must not expire: what trim said is void.
local function keep_room(room, members)
  redis.call('HDEL', room, 'idle')
  redis.call('PERSIST', room)
  redis.call('PERSIST', members)
end

-- Puts a tombstone in the place of a message that recent still holds, so that its text is gone at once.
local function redact(recent, target, tombstone)
  local slot = integer(target % RECENT)
  local event = redis.call('HGET', recent, slot)
  if event and string.match(event, '^{"seq":(%d+),') == integer(target) then
    redis.call('HSET', recent, slot, tombstone)
  end
end

-- Recent events of a room that nobody writes in any more expire.
local function remember(recent, seq, pos, before, json)
  redis.call('HSET', recent, integer(seq % RECENT), json)
  if seq % 64 == 1 or pos - before > 3600000000 then
    redis.call('EXPIRE', recent, DAY)
  end
end
