-- One change of something older, as the drainer read it: an edit, a deletion, a reaction, a room's retention.
create type history.change as (
  room text, seq bigint, kind smallint, target bigint, author text, body text, is_on boolean, search text);

-- The head of an event (up to whose it is) without what was said in it.
create function history.redacted(p_json text, p_room text, p_rest text) returns text
language sql immutable as $$
  select coalesce(
    substring(p_json from '^\{"seq":\d+,"prev":\d+,"pos":\d+,"ts":\d+,"type":"[a-z]+","room":"(?:[^"\\]|\\.)*","from":\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}'),
    substring(p_json from '^\{"seq":\d+,"prev":\d+,"pos":\d+,"ts":\d+') || ',"type":"message","room":' || to_json(p_room)::text
  ) || p_rest
$$;

create function history.fold_reactions(p_changes history.change[]) returns void
language sql as $$
  with last as (
    select distinct on (room, target, body, author) room, target, body as emoji, author, is_on
    from unnest(p_changes) where kind = 6 order by room, target, body, author, seq desc),
  added as (
    insert into history.reaction (room, target, emoji, user_id)
    select l.room, l.target, l.emoji, l.author from last l
    where l.is_on and exists (
      select from history.event m where m.room = l.room and m.seq = l.target and m.kind in (1, 2))
    on conflict do nothing returning room, target, emoji),
  removed as (
    delete from history.reaction r using last l
    where not l.is_on and r.room = l.room and r.target = l.target and r.emoji = l.emoji and r.user_id = l.author
    returning r.room, r.target, r.emoji)
  insert into history.reaction_count as c (room, target, emoji, n)
  select room, target, emoji, sum(d) from (
    select room, target, emoji, 1 as d from added union all select room, target, emoji, -1 from removed) as u
  group by room, target, emoji having sum(d) <> 0
  on conflict (room, target, emoji) do update set n = c.n + excluded.n
$$;

create function history.fold_edits(p_changes history.change[]) returns void
language sql as $$
  with last as (
    select distinct on (room, target) room, target, seq, body, search
    from unnest(p_changes) where kind = 4 order by room, target, seq desc),
  current as (
    insert into history.edit as e (room, target, seq, body)
    select l.room, l.target, l.seq, l.body from last l
    where exists (select from history.event m where m.room = l.room and m.seq = l.target and m.kind in (1, 2))
    on conflict (room, target) do update set seq = excluded.seq, body = excluded.body where e.seq < excluded.seq
    returning e.room, e.target)
  update history.event m set search = l.search::tsvector
  from last l join current c using (room, target)
  where m.room = l.room and m.seq = l.target and m.kind in (1, 2) and l.search is not null
$$;

-- Takes what a deleted message said out of every table.
create function history.fold_deletions(p_changes history.change[]) returns void
language sql as $$
  update history.event m set json = history.redacted(m.json, m.room, ',"deleted":true}'), kind = 3, search = null
    from unnest(p_changes) c where c.kind = 5 and m.room = c.room and m.seq = c.target and m.kind in (0, 1, 2);
  update history.event e
    set json = history.redacted(e.json, e.room, ',"target":' || e.target || ',"deleted":true}')
    from (select distinct c.room, c.target from unnest(p_changes) c where c.kind in (4, 5)) as c
    where e.kind = 4 and e.room = c.room and e.target = c.target and exists (
      select from history.event m where m.room = c.room and m.seq = c.target and m.kind = 3);
  delete from history.edit e using unnest(p_changes) c where c.kind = 5 and e.room = c.room and e.target = c.target;
  delete from history.reaction r using unnest(p_changes) c where c.kind = 5 and r.room = c.room and r.target = c.target;
  delete from history.reaction_count r using unnest(p_changes) c where c.kind = 5 and r.room = c.room and r.target = c.target;
  delete from history.dead_letter d using unnest(p_changes) c where c.kind = 5 and d.room = c.room and d.seq = c.target;
$$;

create function history.fold_retention(p_changes history.change[]) returns void
language sql as $$
  insert into history.retention as r (room, seq, keep)
  select distinct on (room) room, seq, case when target > 0 then make_interval(secs => target) end
  from unnest(p_changes) where kind = 8 order by room, seq desc
  on conflict (room) do update set seq = excluded.seq, keep = excluded.keep where r.seq < excluded.seq
$$;

-- Commits a batch over many shards if p_me still drains all of them under the fences it names; else stores
-- nothing. Gives the shards that it does drain and how many events were new. One call is one transaction on
-- the server's side: a client that freezes in the middle cannot keep a lock.
create function history.store(
  p_me text, p_lease_ms int,
  s_shard int[], s_fence bigint[], s_pos bigint[],
  e_room text[], e_seq bigint[], e_prev bigint[], e_pos bigint[], e_kind smallint[], e_author text[], e_target bigint[],
  e_json text[], e_search text[],
  c_room text[], c_seq bigint[], c_body text[], c_on boolean[], c_search text[], c_number bigint[],
  m_room text[], m_user text[], m_seq bigint[],
  out held int[], out stored int)
language plpgsql as $$
declare
  changes history.change[];
  fresh_room text[];
  fresh_seq bigint[];
begin
  select array_agg(l.shard) into held from (
    select s.shard from history.shard s join unnest(s_shard, s_fence) as w (shard, fence) using (shard, fence)
    where s.owner = p_me order by s.shard for update of s) as l;
  stored := 0;
  if coalesce(cardinality(held), 0) < cardinality(s_shard) then
    return;
  end if;

  with fresh as (
    insert into history.event (room, seq, prev, pos, kind, author, target, json, search)
    select room, seq, prev, pos, kind, author, target, json, search::tsvector
    from unnest(e_room, e_seq, e_prev, e_pos, e_kind, e_author, e_target, e_json, e_search)
      as e (room, seq, prev, pos, kind, author, target, json, search)
    on conflict (room, seq) do nothing
    returning room, seq, kind)
  select count(*), array_agg(room) filter (where kind in (4, 5, 6, 8)), array_agg(seq) filter (where kind in (4, 5, 6, 8))
    into stored, fresh_room, fresh_seq from fresh;

  if fresh_room is not null and cardinality(c_room) > 0 then
    select array_agg((e.room, e.seq, e.kind, coalesce(c.number, e.target), e.author, c.body, c.is_on, c.search)::history.change)
      into changes
      from unnest(fresh_room, fresh_seq) as f (room, seq)
      join history.event e using (room, seq)
      join unnest(c_room, c_seq, c_body, c_on, c_search, c_number) as c (room, seq, body, is_on, search, number) using (room, seq);
    perform history.fold_reactions(changes);
    perform history.fold_edits(changes);
    perform history.fold_deletions(changes);
    perform history.fold_retention(changes);
  end if;

  if cardinality(m_room) > 0 then
    insert into history.read_mark as r (room, user_id, seq)
      select room, user_id, max(seq) from unnest(m_room, m_user, m_seq) as m (room, user_id, seq) group by room, user_id
      on conflict (room, user_id) do update set seq = excluded.seq where r.seq < excluded.seq;
  end if;

  update history.shard s set pos = greatest(s.pos, w.pos), until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
    from unnest(s_shard, s_pos) as w (shard, pos) where s.shard = w.shard;
end $$;
