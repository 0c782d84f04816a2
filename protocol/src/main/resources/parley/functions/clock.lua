-- The clock of this Redis process: pos, in microseconds, strictly increasing over all rooms and shards of the process.
-- It lives as long as the loaded library; opening a shard raises it above all that was given elsewhere before.
--
-- parley_clock          (no keys, no arguments) -> pos, fence
--   Moves the clock on. What was published before has a lesser pos, what is published later a greater one.

local last = 0

-- Redis' time in microseconds: may stand still or go backwards.
local function microseconds()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- The next pos.
local function tick(time)
  last = time > last and time or last + 1
  return last
end

-- Later ticks give more than this.
local function raise_clock(pos)
  if pos > last then
    last = pos
  end
end
