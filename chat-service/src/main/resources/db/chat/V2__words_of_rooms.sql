-- The words of a room's id, name and topic as people know them. Postgres' own parser takes parts of some together or apart,
-- as numbers (754e7), paths (dev/ops) or hosts (example.org), and what was looked for by its words was not found.
-- Whoever looks for rooms takes words apart by the same function. What parts words is written out, since what counts as a
-- letter is up to the database's locale, where C knows those of ASCII alone: ASCII but its letters and digits, and the signs
-- of Latin-1, of General Punctuation and of CJK. No word has a quote or a backslash in it, then. A tsvector bounds its words.
create function words(written text) returns text[]
language sql immutable strict parallel safe
return array(
  select left(word, 64)
  from regexp_split_to_table(lower(written),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u303f]+') as word
  where word <> '');

drop index rooms_search;
alter table rooms drop column search;
alter table rooms add column search tsvector
  generated always as (array_to_tsvector(chat.words(id || ' ' || name || ' ' || topic))) stored;
-- Of all rooms: whoever looks is shown their own, too, of whatever kind.
create index rooms_search on rooms using gin (search);
