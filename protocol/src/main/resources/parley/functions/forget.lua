-- parley_forget: retention takes what is older than a pos out of recent, and tells the gateways, which take it out of their rings.
-- Allowed when memory is out: it makes room.
--
-- keys   1 room (also the name of its channel)  2 recent
-- args   1 pos: what came before it goes
-- reply  ok how many were taken out of recent

redis.register_function{
  function_name = 'parley_forget',
  flags = {'allow-oom'},
  callback = function(keys, args)
    local before = natural(args[1])
    if #keys ~= 2 or #args ~= 1 or not before then
      return invalid('arguments of forget')
    end
    local gone = {}
    local slots = redis.call('HGETALL', keys[2])
    for i = 1, #slots, 2 do
      local pos = natural(string.match(slots[i + 1], '^{"seq":%d+,"prev":%d+,"pos":(%d+),'))
      if pos and pos < before then
        gone[#gone + 1] = slots[i]
      end
    end
    for _, slot in ipairs(gone) do
      redis.call('HDEL', keys[2], slot)
    end
    redis.call('SPUBLISH', keys[1], '-' .. integer(before))
    return {'ok', #gone}
  end
}
