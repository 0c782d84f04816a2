-- parley_enter: a user's right to hear a room, and its head, in one instant. Every later event of the room (a ban too) has a
-- greater pos than the one answered.
--
-- keys   1 shard  2 room  3 members
-- args   1 user  2 admin, if the user is one: no room is closed to him; else left out
-- reply  ok head pos kind role epoch version mute-until ban-until | denied code milliseconds | closed fence | absent

redis.register_function{
  function_name = 'parley_enter',
  flags = {'no-writes'},
  callback = function(keys, args)
    if #keys ~= 3 or #args < 1 or #args > 2 or args[1] == '' or args[2] and args[2] ~= 'admin' then
      return invalid('arguments of enter')
    end
    local time = microseconds()
    local opened, is = opening_of(keys[1]), fence(time)
    if opened.fence ~= is then
      return {'closed', is}
    end
    local room = redis.call('HMGET', keys[2], 'head', 'pos', 'rights', 'version')
    local rights = rights_of(room[3])
    if rights.epoch ~= opened.epoch then
      return {'absent'}
    end
    local role, mute, ban = state_of(redis.call('HGET', keys[3], args[1]))
    if not args[2] then
      local code, left = refuse_reader(rights.kind, role, ban, math.floor(time / 1000))
      if code then
        return {'denied', code, left}
      end
    end
    raise_clock(tonumber(room[2]))
    return {'ok', tonumber(room[1]), tick(time), rights.kind, role, tonumber(opened.epoch), tonumber(room[4]), mute, ban}
  end
}
