-- A shard and its log. The log is a stream of what Postgres does not have yet. The id of an entry is its pos, so the same id is the
-- same entry on every Redis, and what was committed can be named by its last id. The budget counts entries and the bytes of
-- their values; when it is used up senders are refused, nothing is evicted.
--
-- Fields of the shard's hash: entries and bytes of the log, stored mark, and
--   opened   '<fence> <epoch> <entries that the log may hold> <bytes>'

local opening = parsed(function(opened)
  local fence, epoch, entries_max, bytes_max = string.match(opened, '^(%S+) (%d+) (%d+) (%d+)$')
  return {fence = fence, epoch = epoch, base = epoch * EPOCH, entries_max = tonumber(entries_max), bytes_max = tonumber(bytes_max)}
end)

local NEVER_OPENED = {fence = '', epoch = '0', base = 0, entries_max = 0, bytes_max = 0}

local function opening_of(opened)
  return opened and opening(opened) or NEVER_OPENED
end

-- Pos and order of the last entry that was ever put in, 0 if none.
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

local FULL = {'full', 2000}
