-- The log of a shard: a stream of what Postgres does not have yet. The id of an entry is its pos, so the same id is the same
-- entry on every Redis, and what was committed can be named by its last id. The budget counts entries and the bytes of their values; when it is
-- used up senders are refused, nothing is evicted.

-- pos of the last entry that was ever put in, 0 if none.
local function log_top(log)
  local info = redis.pcall('XINFO', 'STREAM', log)
  if info.err then
    return 0, 0
  end
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      local pos, order = string.match(info[i + 1], '^(%d+)%-(%d+)$')
      return tonumber(pos), tonumber(order)
    end
  end
end

-- shard: the values of entries, bytes, maxEntries, maxBytes; more: bytes to add.
local function is_full(entries, bytes, entries_max, bytes_max, more)
  return entries >= entries_max or bytes + more > bytes_max
end

local FULL = {'full', 2000}
