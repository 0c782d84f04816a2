-- parley_rekey: puts keys back that Redis may have lost, of events that Postgres has; before their room is loaded.
--
-- keys   1 shard  2, 3 keys of even and odd windows
-- args   1 epoch of the shard  2 milliseconds of a window of keys
--        3… for each key: user, key, seq, prev, pos, ts
-- reply  ok how many were put back | closed fence | epoch is
--        What Redis knows stays as it is; what is older than the last window is left out.

local function wrong_keys(args)
  for i = 3, #args, 6 do
    if args[i] == '' or args[i + 1] == '' then
      return true
    end
    for j = i + 2, i + 5 do
      if not natural(args[j]) then
        return true
      end
    end
  end
end

redis.register_function('parley_rekey', function(keys, args)
  local milliseconds = natural(args[2])
  if #keys ~= 3 or #args < 2 or #args % 6 ~= 2 or not natural(args[1]) or not milliseconds or milliseconds == 0 or wrong_keys(args) then
    return invalid('arguments of rekey')
  end
  local time = microseconds()
  local opened, is = opening_of(keys[1]), fence(time)
  if opened.fence ~= is then
    return {'closed', is}
  end
  if opened.epoch ~= args[1] then
    return {'epoch', tonumber(opened.epoch)}
  end
  local oldest = window_of(tick(time), milliseconds) - 1
  local put = 0
  for i = 3, #args, 6 do
    local window = window_of(natural(args[i + 4]), milliseconds)
    local hash, field = keys[2 + window % 2], args[i] .. ':' .. args[i + 1]
    if window >= oldest and tonumber(redis.call('HGET', hash, 'w') or -1) <= window and not recall(hash, window, field) then
      store_key(hash, window, milliseconds, field, ' ' .. table.concat(args, ' ', i + 2, i + 5))
      put = put + 1
    end
  end
  return {'ok', put}
end)
