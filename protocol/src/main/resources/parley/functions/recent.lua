-- parley_recent: the events of a room after a seq, if the chain of prev from the head back to it is whole here.
--
-- keys   1 room  2 recent
-- args   1 seq  2 events and 3 bytes of them at most
-- reply  ok head event… (in order) | incomplete head | absent
--        A seq above the head is incomplete: this Redis does not know of it.

redis.register_function{
  function_name = 'parley_recent',
  flags = {'no-writes'},
  callback = function(keys, args)
    local after, most, bytes = natural(args[1]), natural(args[2]), natural(args[3])
    if #keys ~= 2 or #args ~= 3 or not after or not most or not bytes then
      return invalid('arguments of recent')
    end
    local head = natural(redis.call('HGET', keys[1], 'head'))
    if not head then
      return {'absent'}
    end
    local newest_first = {}
    local seq = head
    while seq > after do
      local event = #newest_first < most and redis.call('HGET', keys[2], integer(seq % RECENT))
      local is, prev = string.match(event or '', '^{"seq":(%d+),"prev":(%d+),')
      bytes = bytes - #(event or '')
      if tonumber(is or -1) ~= seq or bytes < 0 then
        return {'incomplete', head}
      end
      newest_first[#newest_first + 1] = event
      seq = tonumber(prev)
    end
    if seq ~= after then
      return {'incomplete', head}
    end
    local reply = {'ok', head}
    for i = #newest_first, 1, -1 do
      reply[#reply + 1] = newest_first[i]
    end
    return reply
  end
}
