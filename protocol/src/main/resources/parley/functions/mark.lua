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
  local shard = redis.call('HMGET', keys[1], 'fence', 'epoch', 'entries', 'bytes', 'maxEntries', 'maxBytes')
  local is = fence(time)
  if shard[1] ~= is then
    return {'closed', is}
  end
  local room = redis.call('HMGET', keys[3], 'epoch', 'head', 'kind', 'pos')
  if room[1] ~= shard[2] then
    return {'absent'}
  end
  local now = math.floor(time / 1000)
  local role, _, ban = state_of(redis.call('HGET', keys[4], args[2]))
  local code, left = refuse_reader(room[3], role, ban, now)
  if not code and seq > tonumber(room[2]) then
    code, left = 'invalid', -1
  end
  if code then
    return {'denied', code, left}
  end
  local entry = args[1] .. '\n' .. args[2] .. '\n' .. integer(seq)
  local entries, bytes = tonumber(shard[3]), tonumber(shard[4])
  if is_full(entries, bytes, tonumber(shard[5]), tonumber(shard[6]), #entry) then
    return FULL
  end
  raise_clock(tonumber(room[4]))
  local pos = tick(time)
  redis.call('XADD', keys[2], integer(pos) .. '-0', 'r', entry)
  redis.call('HSET', keys[1], 'entries', integer(entries + 1), 'bytes', integer(bytes + #entry))
  redis.call('SPUBLISH', keys[3], args[4])
  return {'ok', seq, 0, pos, now}
end)
