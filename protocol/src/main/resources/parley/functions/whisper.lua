-- parley_whisper: an ephemeral event of a user for those who are in a room now. The right to write and the publication are
-- one instant: whoever was muted, banned or frozen out a moment ago is not heard. It takes no number, leaves nothing behind,
-- and slow mode, which is about messages, does not hold it.
--
-- keys   1 shard  2 room (also the name of its channel)  3 members
-- args   1 user  2 what is published  3 admin, if the user is one: no right is lacking then; else left out
-- reply  ok | denied code milliseconds | closed fence | absent

redis.register_function('parley_whisper', function(keys, args)
  if #keys ~= 3 or #args < 2 or #args > 3 or args[1] == '' or args[3] and args[3] ~= 'admin' or not string.find(args[2], '^[~^]') then
    return invalid('arguments of whisper')
  end
  local time = microseconds()
  local shard, is = shards[keys[1]], fence(time)
  if not shard or shard.fence ~= is then
    return {'closed', is}
  end
  local rights = rights_of(redis.call('HGET', keys[2], 'rights'))
  if rights.epoch ~= shard.epoch then
    return absent(keys[1], is)
  end
  if not args[3] then
    local role, mute, ban = state_of(redis.call('HGET', keys[3], args[1]))
    local code, left = refuse_writer(rights, role, mute, ban, math.floor(time / 1000))
    if code then
      return {'denied', code, left}
    end
  end
  redis.call('SPUBLISH', keys[2], args[2])
  return {'ok'}
end)
