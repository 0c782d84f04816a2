-- Renews what replica p_me drains, takes what nobody drains up to a fair share, gives back what is above it.
-- All times are those of this server; rows locked by a commit are in good hands and are left alone.
create function history.hold(p_me text, p_lease_ms int)
returns table (shard int, fence bigint)
language plpgsql as $$
declare
  fair int;
  mine int;
begin
  insert into history.replica as r (id, until) values (p_me, clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0))
    on conflict (id) do update set until = excluded.until;
  delete from history.replica r where r.id in (
    select d.id from history.replica d where d.until < clock_timestamp() - interval '1 minute' for update skip locked);

  select ceil((select count(*) from history.shard)::numeric / greatest(count(*), 1)) into fair
    from history.replica r where r.until > clock_timestamp();
  update history.shard s set until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
    where s.shard in (select h.shard from history.shard h where h.owner = p_me order by h.shard for update skip locked);
  select count(*) into mine from history.shard s where s.owner = p_me;

  if mine < fair then
    update history.shard s
      set owner = p_me, fence = s.fence + 1, until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
      where s.shard in (
        select h.shard from history.shard h
        where h.owner is distinct from p_me and (h.owner is null or h.until < clock_timestamp())
        order by h.shard limit fair - mine for update skip locked);
  elsif mine > fair then
    update history.shard s set owner = null
      where s.shard in (
        select h.shard from history.shard h where h.owner = p_me
        order by h.shard desc limit mine - fair for update skip locked);
  end if;
  return query select s.shard, s.fence from history.shard s where s.owner = p_me order by s.shard;
end $$;

-- Gives everything back at an orderly end.
create function history.release(p_me text) returns void
language sql as $$
  update history.shard s set owner = null
    where s.shard in (select h.shard from history.shard h where h.owner = p_me order by h.shard for update);
  delete from history.replica where id = p_me;
$$;
