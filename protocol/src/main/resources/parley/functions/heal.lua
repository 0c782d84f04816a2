-- parley_heal: puts an event that Redis lost, and a gateway's ring still had, back under its own numbers; before its shard is
-- opened, in the order of pos over the shard's rooms. Nothing is published: whoever kept it has heard it.
--
-- keys   1 shard  2 log  3 room  4 members  5 recent  6, 7 keys of even and odd windows
-- args   1 fence that heads were read under  2 room  3 user and 4 key of the event, both empty if it had none
--        5 milliseconds of a window of keys  6 seq  7 prev  8 pos  9 ts  10 the event's JSON
--        11 seq of the message that this event deletes, or 0  12 JSON that takes its place in recent
-- reply  ok | present head (not lost, or put back already) | fence is | open (too late)

-- The key goes into the window of its event, unless that window's hash serves a later one.
local function heal_key(keys, args, pos, milliseconds)
  local window = window_of(pos, milliseconds)
  local hash = keys[window % 2 == 0 and 6 or 7]
  if tonumber(redis.call('HGET', hash, 'w') or -1) <= window then
    store_key(hash, window, milliseconds, args[3] .. ':' .. args[4],
        ' ' .. args[6] .. ' ' .. args[7] .. ' ' .. args[8] .. ' ' .. args[9])
  end
end

redis.register_function('parley_heal', function(keys, args)
  local milliseconds, seq, pos, target = natural(args[5]), natural(args[6]), natural(args[8]), natural(args[11])
  if #keys ~= 7 or #args ~= 12 or args[2] == '' or not milliseconds or milliseconds == 0 or not seq or not natural(args[7]) or not pos
      or not natural(args[9]) or not target or (args[3] == '') ~= (args[4] == '')
      or string.sub(args[10], 1, 7 + #args[6]) ~= '{"seq":' .. args[6]
      or (target > 0 and string.match(args[12], '^{"seq":(%d+),') ~= args[11]) then
    return invalid('arguments of heal')
  end
  local is = fence(microseconds())
  if args[1] ~= is then
    return {'fence', is}
  end
  if opening_of(keys[1]).fence == is then
    return {'open'}
  end
  local room = redis.call('HMGET', keys[3], 'head', 'pos', 'rights')
  local head = tonumber(room[1] or 0)
  if head >= seq then
    return {'present', head}
  end
  local entry = args[2] .. '\n' .. args[10]
  local top, order = log_top(keys[2])
  local id = pos > top and args[8] .. '-0' or integer(top) .. '-' .. integer(order + 1)
  redis.call('XADD', keys[2], id, 'e', entry)
  redis.call('HSET', keys[3], 'head', args[6], 'pos', args[8])
  local rights = rights_of(room[3])
  if rights.idle then
    keep_room(keys[3], keys[4], rights)
  end
  if target > 0 then
    redact(keys[5], target, args[12])
  end
  remember(keys[5], seq, pos, tonumber(room[2] or 0), args[10])
  if args[4] ~= '' then
    heal_key(keys, args, pos, milliseconds)
  end
  return {'ok'}
end)
