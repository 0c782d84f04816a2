-- A room. Fields of its hash: head, pos of the head, version of the rights, and
--   rights   '<epoch> <kind> <slow ms> <frozen>', and ' idle' behind it if the hash expires; the epoch is that of the
--            shard under which the room was loaded: under another one the room is absent

local rights_parts = parsed(function(rights)
  local epoch, kind, slow, frozen, idle = string.match(rights, '^(%d+) (%l+) (%d+) ([01])( ?%l*)$')
  return {epoch = epoch, kind = kind, slow = tonumber(slow), frozen = frozen, idle = idle ~= ''}
end)

local NOT_LOADED = {epoch = ''}

local function rights_of(rights)
  return rights and rights_parts(rights) or NOT_LOADED
end

local function rights_text(epoch, kind, slow, frozen)
  return epoch .. ' ' .. kind .. ' ' .. integer(slow) .. ' ' .. frozen
end

-- The answer for a room that was not loaded; if its shard's hash is gone, someone flushed this Redis: all is to be opened anew.
local function absent(shard, is)
  if opening_of(shard).fence ~= is then
    return {'closed', is}
  end
  return {'absent'}
end

local KINDS = {open = true, private = true, direct = true, announcement = true}

-- The hash of a room that is about to have events in the log must not expire: what trim decided is void.
local function keep_room(room, members, rights)
  redis.call('HSET', room, 'rights', rights_text(rights.epoch, rights.kind, rights.slow, rights.frozen))
  redis.call('PERSIST', room)
  redis.call('PERSIST', members)
end

-- Takes out of the edits of a message what they said: they keep their numbers, and whose they are.
local function redact_edits(recent, target)
  local about = '"target":' .. integer(target) .. ','
  local slots = redis.call('HGETALL', recent)
  for i = 2, #slots, 2 do
    local event = slots[i]
    local head = string.match(event, '^{"seq":%d+,"prev":%d+,"pos":%d+,"ts":%d+,"type":"edited",')
    if head and string.find(event, about, #head, true) then
      local edit = cjson.decode(event)
      if edit.target == target then
        redis.call('HSET', recent, slots[i - 1], head .. '"room":' .. cjson.encode(edit.room)
          .. ',"from":' .. cjson.encode(edit.from) .. ',' .. about .. '"deleted":true}')
      end
    end
  end
end

-- Puts a tombstone in the place of a message that recent still holds, so that its text is gone at once.
local function redact(recent, target, tombstone)
  local slot = integer(target % RECENT)
  local event = redis.call('HGET', recent, slot)
  if event and string.match(event, '^{"seq":(%d+),') == integer(target) then
    redis.call('HSET', recent, slot, tombstone)
  end
  redact_edits(recent, target)
end

-- Recent events of a room in which nobody writes any more expire.
local function remember(recent, seq, pos, before, json)
  redis.call('HSET', recent, seq % RECENT, json)
  if seq % 64 == 1 or pos - before > 3600000000 then
    redis.call('EXPIRE', recent, DAY)
  end
end
