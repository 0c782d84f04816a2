-- Rights. A member's state is '<role> <mute until ms> <ban until ms>' with 0 for not and -1 for ever; those without an entry
-- are nobody in particular. Each refusal is a code of the catalogue and the milliseconds until it may be over: -1 is never
-- by itself, 0 not known.

local function state_of(value)
  if not value then
    return '-', 0, 0
  end
  local role, mute, ban = string.match(value, '^(%S+) (%S+) (%S+)$')
  return role, tonumber(mute), tonumber(ban)
end

local function remaining(until_ms, now)
  if until_ms == -1 then
    return -1
  end
  return until_ms > now and until_ms - now or nil
end

local function is_state(text)
  local role = string.match(text, '^(%S+) %-?%d+ %-?%d+$')
  return role == 'owner' or role == 'moderator' or role == 'member' or role == '-'
end

-- Code and time if somebody may not hear this room.
local function refuse_reader(kind, role, ban, now)
  local left = ban ~= 0 and remaining(ban, now)
  if left then
    return 'banned', left
  end
  if role == '-' and (kind == 'private' or kind == 'direct') then
    return 'not_member', -1
  end
end

-- Code and time if somebody may not write in this room; slow mode is asked for by itself.
local function refuse_writer(rights, role, mute, ban, now)
  local code, left = refuse_reader(rights.kind, role, ban, now)
  if code then
    return code, left
  end
  left = mute ~= 0 and remaining(mute, now)
  if left then
    return 'muted', left
  end
  if role == 'owner' or role == 'moderator' then
    return nil
  end
  if rights.kind == 'announcement' then
    return 'read_only', -1
  end
  if rights.frozen == '1' then
    return 'frozen', 0
  end
end
