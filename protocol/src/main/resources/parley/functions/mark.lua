-- parley_mark: a user has read a room up to a seq. An entry of the log without a number, and an ephemeral event.
--
-- keys   1 shard  2 log  3 room  4 members
-- args   1 room  2 user  3 seq  4 what is published  5 admin, if the user is one: no room is closed to him; else left out
-- reply  ok seq 0 pos ts | closed fence | absent | denied code milliseconds | full milliseconds
--        A seq above the head is denied as invalid.

redis.register_function('parley_mark', function(keys, args)
  local seq = natural(args[3])
  if #keys ~= 4 or #args < 4 or #args > 5 or args[5] and args[5] ~= 'admin' or args[1] == '' or args[2] == '' or not seq or string.sub(args[4], 1, 1) ~= '~' then
    return invalid('arguments of mark')
  end
  local time = microseconds()
  local shard, is = shards[keys[1]], fence(time)
  if not shard or shard.fence ~= is then
    return {'closed', is}
  end
  local room = redis.call('HMGET', keys[3], 'head', 'pos', 'rights')
  local rights = rights_of(room[3])
  if rights.epoch ~= shard.epoch then
    return absent(keys[1], is)
  end
  local now = (time - time % 1000) / 1000
  local role, _, ban = state_of(redis.call('HGET', keys[4], args[2]))
  local code, left
  if not args[5] then
    code, left = refuse_reader(rights.kind, role, ban, now)
  end
  if not code and seq > tonumber(room[1]) then
    code, left = 'invalid', -1
  end
  if code then
    return {'denied', code, left}
  end
  local entry = args[1] .. '\n' .. args[2] .. '\n' .. integer(seq)
  if is_full(shard, #entry) then
    return FULL
  end
  raise_clock(tonumber(room[2]))
  local pos = tick(time)
  store_entry(shard, keys[2], integer(pos), 'r', entry)
  redis.call('SPUBLISH', keys[3], args[4])
  return {'ok', seq, 0, pos, now}
end)
