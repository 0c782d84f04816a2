-- What the functions share.
--
-- Every number of ours is an integer below 2^53, which Lua's doubles hold exactly; but `..` and tostring() write only
-- 14 digits of it. So numbers become text by integer() or '%d', nowhere else.
--
-- A function refuses wrong arguments by an error before it writes anything, and makes all its decisions before its first
-- write: Redis does not undo what a function has written when it fails later on.
--
-- Speed: a redis.call costs a third of a microsecond before it does anything, each further field of an answer nearly as much
-- again. So what an append only needs to know lives here, if the fence vouches for it (shards, the clock), or stands in one field as a
-- text whose parts are remembered (see parsed). (Lua's own library is there inside functions only, not while this loads:
-- hence no local names for its parts up here.)

local EPOCH = 4294967296 -- seq = epoch * EPOCH + n
local RECENT = 256       -- slots of the hash of recent events
local DAY = 86400

local function integer(number)
  return string.format('%d', number)
end

-- The number that a text of digits stands for; nil if it is none or does not fit.
local function natural(text)
  if not text or #text > 16 or not string.find(text, '^%d+$') then
    return nil
  end
  local number = tonumber(text)
  return number < 9007199254740992 and number or nil
end

local function invalid(what)
  return redis.error_reply('INVALID ' .. what)
end

-- A memory for the parts of texts, which depend on nothing but the text; bounded by being forgotten as a whole.
local function parsed(parse)
  local known, size = {}, 0
  return function(text)
    local parts = known[text]
    if not parts then
      parts = parse(text)
      if size == 1000 then
        known, size = {}, 0
      end
      known[text] = parts
      size = size + 1
    end
    return parts
  end
end
