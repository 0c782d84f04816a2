-- parley_append: one durable event.
--
-- keys   1 shard  2 log  3 room (also the name of its channel)  4 members  5 recent
--        6, 7 keys (or retry) of even and odd windows  8 slow
-- args   1 mode: user (rights are checked), first (the same, by one who knows that the key is new), or service  2 room  3 user  4 key  5 milliseconds of a window of keys
--        6 tail: the event's JSON from "type" on, closing brace included
--        user and first only:
--        7 epoch that the shard must be open under, or empty: any. Who sends several at once says it, so that one that was refused
--          because the shard was closed is not overtaken by those behind it when somebody else opens the shard in between
--        8 admin, if the user is one: no right is lacking then; else left out
--        service only:
--        7 seq of a message to be taken out of recent, or 0  8 JSON that takes its place
--        9 version of the room that this change makes, or 0
--        10 seq of a message that this event changes and that must not have been deleted, or 0  11 how many pairs of room fields follow
--        12… the pairs; then pairs of user and member state, an empty state forgetting the user
-- reply  ok seq prev pos ts          appended and published
--        repeat seq prev pos ts      the key is known: this is its event; nothing was done
--        closed fence                the shard is not open under this fence
--        reopened epoch              it is open under another epoch than the one named
--        absent                      the room was not loaded since the shard was opened
--        denied code milliseconds    a right is lacking; gone: the message that is to be changed was deleted
--        full milliseconds           the log's budget is used up
--
-- In this order, and all of it before the first write: arguments, fence, key, rights, budget, number. A repeat is answered before
-- any right is checked: who was banned after his message was accepted still learns that it was. Then log, recent,
-- keys, and SPUBLISH at last.
--
-- A deletion has a key of its message's, whoever deletes: so there is one of each message, and while the key is known here a change
-- of the message is refused in the same instant. (Who changes a message asks history first, which knows all deletions but those
-- of this moment.)

local function is_deleted(keys, window, target)
  local field = '*:deleted.' .. target
  return recall(keys[6], window, field) or recall(keys[7], window, field)
end

-- Nil if the further arguments of a service are well-formed, else what is wrong.
local function wrong_change(args)
  local fields = natural(args[11])
  if not natural(args[7]) or not natural(args[9]) or not natural(args[10]) or not fields or #args < 11 + 2 * fields or #args % 2 ~= 1 then
    return 'change'
  end
  if args[7] ~= '0' and string.match(args[8], '^{"seq":(%d+),') ~= args[7] then
    return 'tombstone'
  end
  for i = 12, 11 + 2 * fields, 2 do
    local field, value = args[i], args[i + 1]
    if not (field == 'kind' and KINDS[value] or field == 'slow' and natural(value)
        or field == 'frozen' and (value == '0' or value == '1')) then
      return 'field'
    end
  end
  for i = 12 + 2 * fields, #args, 2 do
    if args[i] == '' or args[i + 1] ~= '' and not is_state(args[i + 1]) then
      return 'member'
    end
  end
end

-- Writes what a service changes along with its event; an older version than the room's changes nothing.
local function change(keys, args, rights)
  if args[7] ~= '0' then
    redact(keys[5], natural(args[7]), args[8])
  end
  if natural(args[9]) <= (natural(redis.call('HGET', keys[3], 'version')) or 0) then
    return
  end
  local fields = natural(args[11])
  local is = {kind = rights.kind, slow = rights.slow, frozen = rights.frozen}
  for i = 12, 11 + 2 * fields, 2 do
    is[args[i]] = args[i + 1]
  end
  redis.call('HSET', keys[3], 'version', args[9], 'rights', rights_text(rights.epoch, is.kind, is.slow, is.frozen))
  for i = 12 + 2 * fields, #args, 2 do
    if args[i + 1] == '' then
      redis.call('HDEL', keys[4], args[i])
    else
      redis.call('HSET', keys[4], args[i], args[i + 1])
    end
  end
end

-- Milliseconds that a user has to wait in slow mode, or nil.
local function slow_left(key, slow, user, now)
  local before = redis.call('ZSCORE', key, user)
  local left = before and before + slow - now or 0
  return left > 0 and left or nil
end

local function store_slow(key, slow, user, now)
  redis.call('ZADD', key, now, user)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - slow)
  redis.call('PEXPIRE', key, slow)
end

local function append(keys, args)
  local call = redis.call
  local mode, user, tail, milliseconds = args[1], args[3], args[6], tonumber(args[5])
  local service = mode == 'service'
  if #keys ~= 8 or not milliseconds or milliseconds < 1 or milliseconds % 1 ~= 0 or args[2] == '' or user == '' or args[4] == ''
      or string.byte(tail) ~= 34 or string.byte(tail, -1) ~= 125 or not service and (mode ~= 'user' and mode ~= 'first' or #args > 8 or args[8] and args[8] ~= 'admin') then
    return invalid('arguments of append')
  end
  local wrong = service and wrong_change(args)
  if wrong then
    return invalid(wrong)
  end

  local time = microseconds()
  local shard, is = shards[keys[1]], fence(time)
  if not shard or shard.fence ~= is then
    return {'closed', is}
  end
  local expected = not service and args[7]
  if expected and expected ~= '' and expected ~= shard.epoch then
    return {'reopened', tonumber(shard.epoch)}
  end

  local pos = tick(time)
  local window = window_of(pos, milliseconds)
  local field = user .. ':' .. args[4]
  local known = mode ~= 'first' and (recall(keys[6], window, field) or recall(keys[7], window, field))
  if known then
    return known
  end

  local room = call('HMGET', keys[3], 'head', 'pos', 'rights')
  local rights = rights_of(room[3])
  if rights.epoch ~= shard.epoch then
    return absent(keys[1], is)
  end
  local now = (time - time % 1000) / 1000
  local slow = 0
  if service and args[10] ~= '0' and is_deleted(keys, window, args[10]) then
    return {'denied', 'gone', -1}
  end
  if not service and not args[8] then
    local role, mute, ban = state_of(call('HGET', keys[4], user))
    local code, left = refuse_writer(rights, role, mute, ban, now)
    if code then
      return {'denied', code, left}
    end
    slow = (role == 'owner' or role == 'moderator') and 0 or rights.slow
    left = slow > 0 and slow_left(keys[8], slow, user, now)
    if left then
      return {'denied', 'slow_mode', left}
    end
  end

  local prev, before = room[1], tonumber(room[2])
  local head = tonumber(prev)
  local seq = (head > shard.base and head or shard.base) + 1
  if pos <= before then
    raise_clock(before)
    pos = tick(time)
  end
  local seq_text, pos_text, ts_text = integer(seq), integer(pos), integer(now)
  local json = '{"seq":' .. seq_text .. ',"prev":' .. prev .. ',"pos":' .. pos_text .. ',"ts":' .. ts_text .. ',' .. tail
  local entry = args[2] .. '\n' .. json
  if is_full(shard, #entry) then
    return FULL
  end

  store_entry(shard, keys[2], pos_text, 'e', entry)
  call('HSET', keys[3], 'head', seq_text, 'pos', pos_text)
  if rights.idle then
    keep_room(keys[3], keys[4], rights)
  end
  if service then
    change(keys, args, rights)
  end
  remember(keys[5], seq, pos, before, json)
  store_key(keys[6 + window % 2], window, milliseconds, field,
      ' ' .. seq_text .. ' ' .. prev .. ' ' .. pos_text .. ' ' .. ts_text)
  if slow > 0 then
    store_slow(keys[8], slow, user, now)
  end
  call('SPUBLISH', keys[3], json)
  return {'ok', seq, head, pos, now}
end

redis.register_function('parley_append', append)
