-- A tombstone keeps the key that its message was sent under: who was not answered and sends it again must not say it twice.

create or replace function history.fold_deletions(p_changes history.change[]) returns void
language sql as $$
  update history.event m
    set json = history.redacted(m.json, m.room,
          ',"deleted":true' || coalesce(',"key":' || to_json(history.key_of(m.json))::text, '') || '}'),
        kind = 3, search = null
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
