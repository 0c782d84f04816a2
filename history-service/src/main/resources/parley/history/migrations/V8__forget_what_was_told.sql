-- Removes at most p_most of a room's oldest events if they came before a pos, the one that Redis and the gateways were
-- told, and remembers up to where. The one by age stays until no process of before runs any more.
create function history.forget(p_room text, p_before bigint, p_most int) returns int
language plpgsql as $$
declare
  last record;
  removed int;
begin
  select max(o.seq) as seq, max(o.pos) as pos into last
    from (select e.seq, e.pos from history.event e where e.room = p_room order by e.seq limit p_most) o
    where o.pos < p_before;
  if last.seq is null then
    return 0;
  end if;
  -- The number first: it must outlive the rows whatever happens.
  insert into history.forgotten as f (room, seq, pos) values (p_room, last.seq, last.pos)
    on conflict (room) do update set seq = excluded.seq, pos = excluded.pos where f.seq < excluded.seq;
  delete from history.event e where e.room = p_room and e.seq <= last.seq;
  get diagnostics removed = row_count;
  delete from history.edit e where e.room = p_room and e.target <= last.seq;
  delete from history.reaction r where r.room = p_room and r.target <= last.seq;
  delete from history.reaction_count r where r.room = p_room and r.target <= last.seq;
  delete from history.dead_letter d where d.room = p_room and d.seq <= last.seq;
  return removed;
end $$;
