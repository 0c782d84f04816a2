-- Keys are remembered in two hashes in turn, one for even and one for odd windows of time: so a key is known for one window at least
-- and two at most, and forgetting costs one DEL. Windows are counted by pos: they never go backwards.
--
-- Fields of a hash: w, the window that it is for (so long
-- that Redis makes a table of the hash, not a list to be searched); '<user>:<key>', '<window> <seq> <prev> <pos> <ts>'. Since each value says its own
-- window, a hash that was not cleared in time answers nothing wrong; and so it is safe to remember here which hashes
-- were begun for their window.
-- Keys of nobody ('*') are chat-service's own: those of its outbox, and 'deleted.<seq>' of the deletion of a message.

local begun, begun_size = {}, 0

local function window_of(pos, milliseconds)
  local length = milliseconds * 1000
  return (pos - pos % length) / length
end

-- seq, prev, pos, ts stored under a key in this window or the last; nil if none.
local function recall(hash, window, field)
  local value = redis.call('HGET', hash, field)
  if value then
    local is, seq, prev, pos, ts = string.match(value, '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
    if window - is <= 1 then
      return {'repeat', tonumber(seq), tonumber(prev), tonumber(pos), tonumber(ts)}
    end
  end
end

local function begin_window(hash, window, milliseconds)
  if tonumber(redis.call('HGET', hash, 'w') or -1) ~= window then
    redis.call('DEL', hash)
    redis.call('HSET', hash, 'w', string.format('%065d', window))
    redis.call('PEXPIRE', hash, 2 * milliseconds)
  end
  if begun_size == 10000 then
    begun, begun_size = {}, 0
  end
  begun_size = begun_size + (begun[hash] and 0 or 1)
  begun[hash] = window
end

local function store_key(hash, window, milliseconds, field, numbers)
  if begun[hash] ~= window then
    begin_window(hash, window, milliseconds)
  end
  redis.call('HSET', hash, field, window .. numbers)
end
