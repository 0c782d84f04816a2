-- A shard and its log. The log is a stream of what Postgres does not have yet. The id of an entry is its pos, so the same id is the
-- same entry on every Redis, and what was committed can be named by its last id. The budget counts entries and the bytes of
-- their values; when it is used up senders are refused, nothing is evicted.
--
-- Fields of the shard's hash: stored, the stored mark, and
--   opened   '<fence> <epoch> <entries that the log may hold> <bytes>'
--
-- What append needs of a shard is kept here, from open on: it is true as long as the fence is the same, since the
-- fence changes with this memory and with the data. (After FLUSHALL each room is absent, and then the hash is looked at.)

local shards = {} -- key of the shard's hash -> {fence, epoch, base, entries_max, bytes_max, entries, bytes}

local opening = parsed(function(opened)
  local fence, epoch, entries_max, bytes_max = string.match(opened, '^(%S+) (%d+) (%d+) (%d+)$')
  return {fence = fence, epoch = epoch, entries_max = tonumber(entries_max), bytes_max = tonumber(bytes_max)}
end)

local NEVER_OPENED = {fence = '', epoch = '0'}

-- What the hash of a shard says: fence and epoch of its last opening.
local function opening_of(shard)
  local opened = redis.call('HGET', shard, 'opened')
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

local function is_full(shard, more)
  return shard.entries >= shard.entries_max or shard.bytes + more > shard.bytes_max
end

local function store_entry(shard, log, pos, field, entry)
  redis.call('XADD', log, pos .. '-0', field, entry)
  shard.entries = shard.entries + 1
  shard.bytes = shard.bytes + #entry
end

local FULL = {'full', 2000}
