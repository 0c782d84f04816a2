-- parley_heads: how a shard stands, and the heads of some of its rooms.
--
-- keys   1 shard  2 log  3… rooms
-- reply  open or closed, fence of this Redis, fence that the shard was last opened under (empty if never), epoch, stored mark,
--        pos of the last entry ever put into the log; then seq and pos of each room's head, 0 and 0 if it is not known here

redis.register_function{
  function_name = 'parley_heads',
  flags = {'no-writes'},
  callback = function(keys, args)
    if #keys < 2 or #keys > 502 or #args ~= 0 then
      return invalid('arguments of heads')
    end
    local is = fence(microseconds())
    local opened = opening_of(keys[1])
    local stored = redis.call('HGET', keys[1], 'stored')
    local reply = {opened.fence == is and 'open' or 'closed', is, opened.fence, tonumber(opened.epoch), tonumber(stored or 0),
        (log_top(keys[2]))}
    for i = 3, #keys do
      local room = redis.call('HMGET', keys[i], 'head', 'pos')
      reply[#reply + 1] = tonumber(room[1] or 0)
      reply[#reply + 1] = tonumber(room[2] or 0)
    end
    return reply
  end
}
