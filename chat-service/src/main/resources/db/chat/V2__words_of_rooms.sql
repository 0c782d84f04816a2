-- The words of a room's id, name and topic as people know them. Postgres' own parser takes parts of some together or apart,
-- as numbers (754e7), paths (dev/ops) or hosts (example.org), and what was looked for by its words was not found.
-- Whoever looks for rooms takes words apart by the same function.
create function words(written text) returns text[]
language sql immutable strict parallel safe
return array(select left(word, 64) from regexp_split_to_table(lower(written), '[^[:alnum:]]+') as word where word <> '');

drop index rooms_search;
alter table rooms drop column search;
alter table rooms add column search tsvector
  generated always as (array_to_tsvector(chat.words(id || ' ' || name || ' ' || topic))) stored;
create index rooms_search on rooms using gin (search) where kind in ('open', 'announcement') and not archived;
