-- parley_load: chat-service puts what Postgres knows of a room into an open shard.
--
-- keys   1 shard  2 room  3 members
-- args   1 epoch of the shard  2 version of the rights  3 head  4 pos of the head  5 kind  6 slow mode in ms  7 frozen (0, 1)
--        8… pairs of user and member state: all there are
-- reply  ok head              the rights are these now; head is the higher one of Redis' and the given
--        stale head version   the room is loaded, but Redis knew newer rights already: those stay
--        closed fence | epoch is

redis.register_function('parley_load', function(keys, args)
  local version, head, pos = natural(args[2]), natural(args[3]), natural(args[4])
  if #keys ~= 3 or #args < 7 or #args % 2 ~= 1 or not natural(args[1]) or not version or not head or not pos or not natural(args[6])
      or (args[7] ~= '0' and args[7] ~= '1') then
    return invalid('arguments of load')
  end
  local shard = redis.call('HMGET', keys[1], 'fence', 'epoch')
  local is = fence(microseconds())
  if shard[1] ~= is then
    return {'closed', is}
  end
  if shard[2] ~= args[1] then
    return {'epoch', tonumber(shard[2])}
  end
  local room = redis.call('HMGET', keys[2], 'head', 'pos', 'version', 'kind', 'idle')
  head = math.max(head, tonumber(room[1]) or 0)
  pos = math.max(pos, tonumber(room[2]) or 0)
  raise_clock(pos)
  redis.call('HSET', keys[2], 'epoch', args[1], 'head', integer(head), 'pos', integer(pos))
  if room[5] then
    keep_room(keys[2], keys[3])
  end
  local known = room[4] and natural(room[3])
  if known and known > version then
    return {'stale', head, known}
  end
  redis.call('HSET', keys[2], 'version', args[2], 'kind', args[5], 'slow', args[6], 'frozen', args[7])
  redis.call('DEL', keys[3])
  for i = 8, #args, 2 do
    redis.call('HSET', keys[3], args[i], args[i + 1])
  end
  return {'ok', head}
end)
