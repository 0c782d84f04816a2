-- Removes at most p_most of a room's oldest events if they are older than p_keep, and remembers up to where.
create function history.forget(p_room text, p_keep interval, p_most int) returns int
language plpgsql as $$
declare
  cutoff bigint := (extract(epoch from clock_timestamp() - p_keep) * 1000000)::bigint;
  last record;
  removed int;
begin
  select max(o.seq) as seq, max(o.pos) as pos into last
    from (select e.seq, e.pos from history.event e where e.room = p_room order by e.seq limit p_most) o
    where o.pos < cutoff;
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
