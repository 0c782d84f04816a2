-- The fence names an unbroken life of this data set under this library. Whatever may have made Redis forget events changes it:
--   run_id         another process;
--   master_replid  a replica that was made master, a master that was demoted (and took over another's data) and promoted
--                  again: the run id alone survives that;
--   birth          time of the first call after the library was loaded: a load forgets the clock.
-- A shard works only under the fence that it was opened under.

local birth
local fence_text
local fence_time = 0
local FENCE_MICROSECONDS = 1000 -- INFO is dear; nothing is lost and promoted again in less time than this

local function hex_behind(info, name)
  local _, last_of_name = string.find(info, name, 1, true)
  return string.match(info, '^%x+', last_of_name + 1)
end

local function fence(time)
  if fence_text and time >= fence_time and time - fence_time < FENCE_MICROSECONDS then
    return fence_text
  end
  birth = birth or integer(time)
  local info = redis.call('INFO', 'server', 'replication')
  fence_text = hex_behind(info, 'run_id:') .. ':' .. hex_behind(info, 'master_replid:') .. ':' .. birth
  fence_time = time
  return fence_text
end

redis.register_function{
  function_name = 'parley_clock',
  flags = {'no-writes'},
  callback = function()
    local time = microseconds()
    return {tick(time), fence(time)}
  end
}
