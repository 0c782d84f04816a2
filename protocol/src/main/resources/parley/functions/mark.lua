-- parley_mark: a user has read a room up to a seq. An entry of the log without a number, and an ephemeral event.
--
-- keys   1 shard  2 log  3 room  4 members
-- args   1 room  2 user  3 seq  4 what is published
-- reply  ok seq 0 pos ts | closed fence | absent | denied code milliseconds | full milliseconds
--        A seq above the head is denied as invalid.

redis.register_function('parley_mark', function(keys, args)
  local seq = natural(args[3])
  if #keys ~= 4 or #args ~= 4 or args[1] == '' or args[2] == '' or not seq or string.sub(args[4], 1, 1) ~= '~' then
    return invalid('arguments of mark')
  end
  local time = microseconds()
  local shard = redis.call('HMGET', keys[1], 'opened', 'entries', 'bytes')
  local opened, is = opening_of(shard[1]), fence(time)
  if opened.fence ~= is then
    return {'closed', is}
  end
  local room = redis.call('HMGET', keys[3], 'head', 'pos', 'rights')
  local rights = rights_of(room[3])
  if rights.epoch ~= opened.epoch then
    return {'absent'}
  end
  local now = math.floor(time / 1000)
  local role, _, ban = state_of(redis.call('HGET', keys[4], args[2]))
  local code, left = refuse_reader(rights.kind, role, ban, now)
  if not code and seq > tonumber(room[1]) then
    code, left = 'invalid', -1
  end
  if code then
    return {'denied', code, left}
  end
  local entry = args[1] .. '\n' .. args[2] .. '\n' .. integer(seq)
  local entries, bytes = shard[2] + 1, shard[3] + #entry
  if entries > opened.entries_max or bytes > opened.bytes_max then
    return FULL
  end
  raise_clock(tonumber(room[2]))
  local pos = tick(time)
  redis.call('XADD', keys[2], integer(pos) .. '-0', 'r', entry)
  redis.call('HSET', keys[1], 'entries', integer(entries), 'bytes', integer(bytes))
  redis.call('SPUBLISH', keys[3], args[4])
  return {'ok', seq, 0, pos, now}
end)
