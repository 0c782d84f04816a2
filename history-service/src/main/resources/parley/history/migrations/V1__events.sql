-- Every event of every room as it was published, and what is folded out of it for pages.
-- Tables that grow with the rooms are hash-partitioned by room, so that one room's rows lie together,
-- vacuum works in pieces and no index gets taller than it must.

-- kind: 0 unreadable (placeholder), 1 message, 2 custom, 3 deleted message (tombstone): these make a page.
--       4 edited, 5 deleted, 6 reaction, 7 member, 8 room, 9 of a later version.
create table history.event (
  room   text collate "C" not null,
  seq    bigint not null,
  prev   bigint not null,
  pos    bigint not null,
  kind   smallint not null,
  author text collate "C",
  target bigint,
  json   text not null,          -- the published bytes; replaced by a tombstone when deleted
  search tsvector,               -- words of a message and its room as one more word ('#' || room)
  primary key (room, seq)
) partition by hash (room);

-- What a page lists, whatever lies between the messages of a room.
create index event_listed on history.event (room, seq) where kind < 4;
-- A room's last change of something older: the version of its closed pages.
create index event_changes on history.event (room, seq) where kind in (4, 5, 6);
-- The edits of a message, whose texts go when it is deleted.
create index event_edits on history.event (room, target) where kind = 4;
create index event_words on history.event using gin (search) where search is not null;

-- The last edit of a message: the JSON members that replace those of the message.
create table history.edit (
  room   text collate "C" not null,
  target bigint not null,
  seq    bigint not null,
  body   text not null,
  primary key (room, target)
) partition by hash (room);

create table history.reaction (
  room    text collate "C" not null,
  target  bigint not null,
  emoji   text collate "C" not null,
  user_id text collate "C" not null,
  primary key (room, target, emoji, user_id)
) partition by hash (room);

create table history.reaction_count (
  room   text collate "C" not null,
  target bigint not null,
  emoji  text collate "C" not null,
  n      bigint not null,
  primary key (room, target, emoji)
) partition by hash (room);

create table history.read_mark (
  room    text collate "C" not null,
  user_id text collate "C" not null,
  seq     bigint not null,
  primary key (room, user_id)
) partition by hash (room);

do $$
declare
  parent text;
begin
  foreach parent in array array['event', 'edit', 'reaction', 'reaction_count', 'read_mark'] loop
    for part in 0..15 loop
      execute format(
        'create table history.%I partition of history.%I for values with (modulus 16, remainder %s)%s',
        parent || '_' || part, parent, part,
        case when parent in ('reaction_count', 'read_mark') then ' with (fillfactor = 70)' else '' end);
    end loop;
  end loop;
end $$;

-- How long a room keeps its events; rooms that are not here follow the general setting.
create table history.retention (
  room text collate "C" primary key,
  seq  bigint not null,
  keep interval
);

-- Up to where retention has removed a room's events. Outlives them: a room's numbers never start again.
create table history.forgotten (
  room text collate "C" primary key,
  seq  bigint not null,
  pos  bigint not null
);

-- Entries of the log that could not be stored as they were.
create table history.dead_letter (
  shard  int not null,
  entry  text not null,
  room   text collate "C",
  seq    bigint,
  reason text not null,
  raw    bytea not null,
  at     timestamptz not null default now(),
  primary key (shard, entry)
);
create index dead_letter_event on history.dead_letter (room, seq);

create table history.meta (
  one    boolean primary key default true check (one),
  shards int not null
);

-- Who drains a shard. A commit names the fence it believes in; each take-over raises it.
create table history.shard (
  shard int primary key,
  owner text,
  fence bigint not null default 0,
  until timestamptz not null default '-infinity',
  pos   bigint not null default 0      -- of the last entry committed
) with (fillfactor = 50);

-- The replicas that live, so that each knows its fair share of the shards.
create table history.replica (
  id    text primary key,
  until timestamptz not null
) with (fillfactor = 50);
