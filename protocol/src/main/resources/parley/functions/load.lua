-- parley_load: chat-service puts what Postgres knows of a room into an open shard.
--
-- keys   1 shard  2 room  3 members
-- args   1 epoch of the shard  2 version of the rights  3 head  4 pos of the head  5 kind  6 slow mode in ms  7 frozen (0, 1)
--        8… pairs of user and member state: all there are
-- reply  ok head              the rights are these now; head is the higher one of Redis' and the given
--        stale head version   the room is loaded, but Redis knew newer rights already: those stay
--        closed fence | epoch is

local function wrong_members(args)
  for i = 8, #args, 2 do
    if args[i] == '' or not is_state(args[i + 1]) then
      return true
    end
  end
end

redis.register_function('parley_load', function(keys, args)
  local epoch, version, head, pos, slow = natural(args[1]), natural(args[2]), natural(args[3]), natural(args[4]), natural(args[6])
  if #keys ~= 3 or #args < 7 or #args % 2 ~= 1 or not epoch or not version or not head or not pos or not slow
      or not KINDS[args[5]] or args[7] ~= '0' and args[7] ~= '1' or wrong_members(args) then
    return invalid('arguments of load')
  end
  local opened, is = opening_of(keys[1]), fence(microseconds())
  if opened.fence ~= is then
    return {'closed', is}
  end
  if opened.epoch ~= args[1] then
    return {'epoch', tonumber(opened.epoch)}
  end
  local room = redis.call('HMGET', keys[2], 'head', 'pos', 'version', 'rights')
  head = math.max(head, tonumber(room[1] or 0))
  pos = math.max(pos, tonumber(room[2] or 0))
  raise_clock(pos)
  local before, known = rights_of(room[4]), natural(room[3])
  local stale = before.kind and known and known > version
  redis.call('HSET', keys[2], 'head', integer(head), 'pos', integer(pos), 'rights',
      stale and rights_text(args[1], before.kind, before.slow, before.frozen) or rights_text(args[1], args[5], slow, args[7]))
  redis.call('PERSIST', keys[2])
  if stale then
    redis.call('PERSIST', keys[3])
    return {'stale', head, known}
  end
  redis.call('HSET', keys[2], 'version', args[2])
  redis.call('DEL', keys[3])
  for i = 8, #args, 2 do
    redis.call('HSET', keys[3], args[i], args[i + 1])
  end
  return {'ok', head}
end)
