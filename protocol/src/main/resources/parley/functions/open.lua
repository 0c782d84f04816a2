-- parley_open: opens a shard under the fence of this Redis and a new epoch; its events were healed before. Its rooms are all absent
-- then, until they are loaded.
--
-- keys   1 shard  2 log
-- args   1 fence that heads were read and events healed under  2 epoch  3 floor of the clock  4 stored mark from Postgres
--        5 entries and 6 bytes that the log may hold
-- reply  ok | fence is | epoch is
--        The same call again is ok; a lower epoch, or the same under another fence, is refused.

redis.register_function('parley_open', function(keys, args)
  local epoch, floor_pos, stored = natural(args[2]), natural(args[3]), natural(args[4])
  if #keys ~= 2 or #args ~= 6 or not epoch or epoch == 0 or epoch >= 2097152 or not floor_pos or not stored
      or not natural(args[5]) or not natural(args[6]) then
    return invalid('arguments of open')
  end
  local is = fence(microseconds())
  if args[1] ~= is then
    return {'fence', is}
  end
  local before = opening_of(keys[1])
  local known = tonumber(before.epoch)
  if known > epoch or known == epoch and before.fence ~= is then
    return {'epoch', known}
  end
  stored = math.max(stored, tonumber(redis.call('HGET', keys[1], 'stored') or 0))
  raise_clock(math.max(floor_pos, stored, (log_top(keys[2]))))
  redis.call('HSET', keys[1], 'opened', is .. ' ' .. integer(epoch) .. ' ' .. args[5] .. ' ' .. args[6], 'stored', integer(stored))
  local entries = redis.call('XLEN', keys[2])
  shards[keys[1]] = {
    fence = is, epoch = integer(epoch), base = epoch * EPOCH, entries_max = natural(args[5]), bytes_max = natural(args[6]),
    -- What the entries of an earlier life take is not counted one by one; the memory of the stream is near enough.
    entries = entries, bytes = entries > 0 and redis.call('MEMORY', 'USAGE', keys[2]) or 0
  }
  return {'ok'}
end)
