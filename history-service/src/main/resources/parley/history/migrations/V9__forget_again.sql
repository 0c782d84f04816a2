-- Who was out of reach when a room's events were to be forgotten is told again, more and more seldom, for an hour:
-- moved is when the boundary moved, again when it is told next, null when no more.
alter table history.forgotten add column moved timestamptz, add column again timestamptz;
create index forgotten_again on history.forgotten (again) where again is not null;

create function history.told_later() returns trigger
language plpgsql as $$
begin
  new.moved := clock_timestamp();
  new.again := new.moved + interval '1 minute';
  return new;
end $$;

create trigger moved before insert or update of seq on history.forgotten
  for each row execute function history.told_later();
