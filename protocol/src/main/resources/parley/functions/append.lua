-- parley_append: one durable event.
--
-- keys   1 shard  2 log  3 room (also the name of its channel)  4 members  5 recent
--        6, 7 keys (or retry) of even and odd windows  8 slow
-- args   1 mode: user (rights are checked) or service  2 room  3 user  4 key  5 milliseconds of a window of keys
--        6 tail: the event's JSON from "type" on, closing brace included
--        service only:
--        7 seq of a message to be taken out of recent, or 0  8 JSON that takes its place
--        9 version of the room that this change makes, or 0  10 how many pairs of room fields follow
--        11… the pairs; then pairs of user and member state, an empty state forgetting the user
-- reply  ok seq prev pos ts          appended and published
--        repeat seq prev pos ts      the key is known: this is its event; nothing was done
--        closed fence                the shard is not open under this fence
--        absent                      the room was not loaded since the shard was opened
--        denied code milliseconds    a right is lacking
--        full milliseconds           the log's budget is used up
--
-- In this order, and all of it before the first write: arguments, fence, key, rights, budget, number. A repeat is answered before
-- any right is checked: who was banned after his message was accepted still learns that it was. Then log, recent,
-- keys, and SPUBLISH at last.

-- Nil if the further arguments of a service are well-formed, else what is wrong.
local function wrong_change(args)
  if #args < 10 or not natural(args[7]) or not natural(args[9]) then
    return 'change'
  end
  local fields = natural(args[10])
  if not fields or #args < 10 + 2 * fields or #args % 2 ~= 0 then
    return 'fields'
  end
  if args[7] ~= '0' and string.match(args[8], '^{"seq":(%d+),') ~= args[7] then
    return 'tombstone'
  end
  for i = 11 + 2 * fields, #args, 2 do
    if args[i] == '' or (args[i + 1] ~= '' and not string.find(args[i + 1], '^%l+ %-?%d+ %-?%d+$')
        and not string.find(args[i + 1], '^%- %-?%d+ %-?%d+$')) then
      return 'member'
    end
  end
end

-- Writes what a service changes along with its event; an older version than the room's changes nothing.
local function change(keys, args)
  if args[7] ~= '0' then
    redact(keys[5], natural(args[7]), args[8])
  end
  if args[9] == '0' or natural(args[9]) <= (natural(redis.call('HGET', keys[3], 'version')) or 0) then
    return
  end
  local members = 11 + 2 * natural(args[10])
  redis.call('HSET', keys[3], 'version', args[9])
  for i = 11, members - 2, 2 do
    redis.call('HSET', keys[3], args[i], args[i + 1])
  end
  for i = members, #args, 2 do
    if args[i + 1] == '' then
      redis.call('HDEL', keys[4], args[i])
    else
      redis.call('HSET', keys[4], args[i], args[i + 1])
    end
  end
end

-- Milliseconds that a user has to wait in slow mode, or nil.
local function slow_left(slow_key, slow, user, now)
  local before = redis.call('ZSCORE', slow_key, user)
  local left = before and before + slow - now or 0
  return left > 0 and left or nil
end

local function append(keys, args)
  local call = redis.call
  local user, tail, milliseconds = args[3], args[6], natural(args[5])
  local service = args[1] == 'service'
  if #keys ~= 8 or not milliseconds or milliseconds == 0 or args[2] == '' or user == '' or args[4] == ''
      or string.sub(tail, 1, 8) ~= '"type":"' or string.sub(tail, -1) ~= '}' or (not service and (args[1] ~= 'user' or #args ~= 6)) then
    return invalid('arguments of append')
  end
  local wrong = service and wrong_change(args)
  if wrong then
    return invalid(wrong)
  end

  local time = microseconds()
  local shard = call('HMGET', keys[1], 'fence', 'epoch', 'entries', 'bytes', 'maxEntries', 'maxBytes')
  local is = fence(time)
  if shard[1] ~= is then
    return {'closed', is}
  end

  local pos = tick(time)
  local window = window_of(pos, milliseconds)
  local even = window % 2 == 0
  local current, other = keys[even and 6 or 7], keys[even and 7 or 6]
  local field = user .. ':' .. args[4]
  local known, begin = recall(current, other, window, field)
  if known then
    local seq, prev, at, ts = string.match(known, '^(%d+) (%d+) (%d+) (%d+)$')
    return {'repeat', tonumber(seq), tonumber(prev), tonumber(at), tonumber(ts)}
  end

  local room = call('HMGET', keys[3], 'epoch', 'head', 'pos', 'kind', 'slow', 'frozen', 'idle')
  if room[1] ~= shard[2] then
    return {'absent'}
  end
  local now = math.floor(time / 1000)
  local slow = 0
  if not service then
    local role, mute, ban = state_of(call('HGET', keys[4], user))
    local code, left = refuse_writer(room[4], room[6], role, mute, ban, now)
    if code then
      return {'denied', code, left}
    end
    slow = (role == 'owner' or role == 'moderator') and 0 or tonumber(room[5]) or 0
    left = slow > 0 and slow_left(keys[8], slow, user, math.floor(pos / 1000))
    if left then
      return {'denied', 'slow_mode', left}
    end
  end

  local base = shard[2] * EPOCH
  local prev, before = tonumber(room[2]), tonumber(room[3])
  local seq = prev >= base and prev + 1 or base + 1
  if pos <= before then
    raise_clock(before)
    pos = tick(time)
  end
  local json = string.format('{"seq":%.0f,"prev":%.0f,"pos":%.0f,"ts":%.0f,', seq, prev, pos, now) .. tail
  local entry = args[2] .. '\n' .. json
  local entries, bytes = tonumber(shard[3]), tonumber(shard[4])
  if is_full(entries, bytes, tonumber(shard[5]), tonumber(shard[6]), #entry) then
    return FULL
  end

  local at = integer(pos)
  call('XADD', keys[2], at .. '-0', 'e', entry)
  call('HSET', keys[1], 'entries', integer(entries + 1), 'bytes', integer(bytes + #entry))
  call('HSET', keys[3], 'head', integer(seq), 'pos', at)
  if room[7] then
    keep_room(keys[3], keys[4])
  end
  if service then
    change(keys, args)
  end
  remember(keys[5], seq, pos, before, json)
  store_key(current, window, begin, milliseconds, field, string.format('%.0f %.0f %.0f %.0f', seq, prev, pos, now))
  if slow > 0 then
    local ms = math.floor(pos / 1000)
    call('ZADD', keys[8], integer(ms), user)
    call('ZREMRANGEBYSCORE', keys[8], '-inf', integer(ms - slow))
    call('PEXPIRE', keys[8], integer(slow))
  end
  call('SPUBLISH', keys[3], json)
  return {'ok', seq, prev, pos, now}
end

redis.register_function('parley_append', append)
