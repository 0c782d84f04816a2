-- A deletion has a key of nobody's, made of its message's seq: what must not follow a deletion is known by it.

create or replace function history.keyed(p_room text, p_since bigint, p_most int)
returns table (author text, key text, seq bigint, prev bigint, pos bigint, ts bigint)
language plpgsql stable as $$
declare
  e record;
begin
  for e in select h.* from history.event h where h.room = p_room order by h.seq desc limit p_most loop
    exit when e.pos < p_since;
    key := case when e.kind = 5 then 'deleted.' || e.target else history.key_of(e.json) end;
    if key is not null then
      author := case when e.kind in (5, 7, 8) then null else e.author end;
      seq := e.seq;
      prev := e.prev;
      pos := e.pos;
      ts := substring(left(e.json, 128) from '"ts":(\d+)')::bigint;
      return next;
    end if;
  end loop;
end $$;
