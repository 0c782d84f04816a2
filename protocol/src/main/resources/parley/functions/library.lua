-- What the functions share.
--
-- Every number of ours is an integer below 2^53, which Lua's doubles hold exactly; but `..` and tostring() write only
-- 14 digits of it. So numbers become text by integer() or by '%.0f', nowhere else.
--
-- A function refuses wrong arguments by an error before it writes anything, and makes all its decisions before its first
-- write: Redis does not undo what a function has written when it fails later on. (The standard library of Lua exists
-- inside functions only, not while the library loads: hence no local names for its parts.)

local EPOCH = 4294967296 -- seq = epoch * EPOCH + n
local RECENT = 256       -- slots of the hash of recent events
local DAY = 86400


local function integer(number)
  return string.format('%.0f', number)
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
