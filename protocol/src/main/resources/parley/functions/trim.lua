-- parley_trim: takes a run of entries that Postgres has committed out of the log. Allowed when memory is out: it makes room.
--
-- keys   1 shard  2 log  3… pairs of room and members: rooms that were quiet for a while
-- args   1 pos of the first and 2 of the last entry of the run  3 how many entries and 4 bytes of values they are
--        5 channel of stored marks
-- reply  ok entries-left | lost pos (the log begins there, 0 if it is empty: someone else trimmed, or Redis lost something)
--
-- The hash of a quiet room may expire once its last event is stored: from then on Postgres knows its head.

redis.register_function{
  function_name = 'parley_trim',
  flags = {'allow-oom'},
  callback = function(keys, args)
    local first, last_pos, entries, bytes = natural(args[1]), natural(args[2]), natural(args[3]), natural(args[4])
    if #keys < 2 or #keys % 2 ~= 0 or #args ~= 5 or not first or not last_pos or last_pos < first or not entries or not bytes
        or args[5] == '' then
      return invalid('arguments of trim')
    end
    local begin = redis.call('XRANGE', keys[2], '-', '+', 'COUNT', 1)[1]
    local begin_pos = begin and tonumber(string.match(begin[1], '^%d+')) or 0
    if begin_pos ~= first then
      return {'lost', begin_pos}
    end
    local stored = math.max(tonumber(redis.call('HGET', keys[1], 'stored') or 0), last_pos)
    redis.call('XTRIM', keys[2], 'MINID', integer(last_pos + 1))
    redis.call('HSET', keys[1], 'stored', integer(stored))
    local left = redis.call('XLEN', keys[2])
    local shard = shards[keys[1]]
    if shard then
      shard.entries, shard.bytes = left, left == 0 and 0 or math.max(0, shard.bytes - bytes)
    end
    for i = 3, #keys, 2 do
      local room = redis.call('HMGET', keys[i], 'pos', 'rights')
      local rights = rights_of(room[2])
      if rights.kind and not rights.idle and tonumber(room[1]) <= stored then
        redis.call('HSET', keys[i], 'rights', room[2] .. ' idle')
        redis.call('EXPIRE', keys[i], DAY)
        redis.call('EXPIRE', keys[i + 1], 2 * DAY) -- later than the room: without its members a room knows no bans
      end
    end
    redis.call('SPUBLISH', args[5], integer(stored))
    return {'ok', left}
  end
}
