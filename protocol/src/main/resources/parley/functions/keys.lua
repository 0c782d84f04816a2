-- Keys are remembered in two hashes in turn, one for even and one for odd windows of time: so a key is known for one window at least
-- and two at most, and forgetting costs one DEL. Field w of a hash is the number of the window that it is for.
-- Windows are counted by pos: they never go backwards.

local function window_of(pos, milliseconds)
  return math.floor(pos / 1000 / milliseconds)
end

-- What was stored under a key in this window or the last, or nil; and whether this window's hash is to be begun.
local function recall(current, other, window, field)
  local now = redis.call('HMGET', current, 'w', field)
  local is = tonumber(now[1])
  if is == window and now[2] then
    return now[2], false
  end
  local before = redis.call('HMGET', other, 'w', field)
  if before[2] and tonumber(before[1]) == window - 1 then
    return before[2], is ~= window
  end
  return nil, is ~= window
end

local function store_key(hash, window, begin, milliseconds, field, numbers)
  if begin then
    redis.call('DEL', hash)
    redis.call('HSET', hash, 'w', integer(window), field, numbers)
    redis.call('PEXPIRE', hash, integer(2 * milliseconds))
  else
    redis.call('HSET', hash, field, numbers)
  end
end
