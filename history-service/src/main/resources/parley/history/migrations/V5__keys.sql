-- The keys that events of a room were sent under. An event ends in its key, so it needs no column of its own.

create function history.key_of(p_json text) returns text
language sql immutable parallel safe as $$
  select ('"' || substring(right(p_json, 400) from '"key":"((?:[^"\\]|\\["\\/])*)"\}$') || '"')::json #>> '{}'
$$;

-- A change of members or of the room has a key of chat-service's outbox, by which it is looked for without a bound in time.
create index event_of_outbox on history.event (room, history.key_of(json)) where kind in (7, 8);

-- The keyed events of a room from a pos on, the newest first; at most p_most events are looked at.
create function history.keyed(p_room text, p_since bigint, p_most int)
returns table (author text, key text, seq bigint, prev bigint, pos bigint, ts bigint)
language plpgsql stable as $$
declare
  e record;
begin
  for e in select h.* from history.event h where h.room = p_room order by h.seq desc limit p_most loop
    exit when e.pos < p_since;
    key := history.key_of(e.json);
    if key is not null then
      author := case when e.kind in (7, 8) then null else e.author end;
      seq := e.seq;
      prev := e.prev;
      pos := e.pos;
      ts := substring(left(e.json, 128) from '"ts":(\d+)')::bigint;
      return next;
    end if;
  end loop;
end $$;
