-- What chat-service owns. Other services ask it over HTTP and never read these tables.

-- Values that all replicas must agree on: the number of shards, the version of the list of revocations.
create table meta (
  name  text primary key,
  value bigint not null
);

-- One row per shard, locked by whoever opens it. Written before Redis is told: an epoch that was raised here is never
-- used for another opening, and a row that is not yet opened can be finished by anyone under the same fence.
create table shards (
  shard      integer primary key,
  fence      text    not null default '',
  epoch      bigint  not null default 0,
  floor      bigint  not null default 0,
  stored     bigint  not null default 0,
  opened     boolean not null default false,
  changed_at timestamptz not null default now()
);

-- Gateways that may hold what Redis has forgotten.
create table nodes (
  id      text primary key,
  address text not null,
  url     text not null,
  seen_at timestamptz not null default now()
);

create table users (
  id         text primary key,
  name       text not null,
  picture    text,
  status     text,
  guest      boolean not null default false,
  created_at timestamptz not null default now()
);

create table rooms (
  id             text primary key,
  kind           text    not null check (kind in ('open', 'private', 'direct', 'announcement')),
  name           text    not null,
  topic          text    not null default '',
  metadata       jsonb   not null default '{}',
  archived       boolean not null default false,
  frozen         boolean not null default false,
  slow_ms        integer not null default 0,
  retention_days integer,
  pins           bigint[] not null default '{}',
  -- raised by each change; Redis keeps the highest it has seen, so an older snapshot never wins
  version        bigint  not null default 1,
  -- the shard epoch under which the room last got numbers; raised before the room is loaded into Redis
  loaded_epoch   bigint  not null default 0,
  created_by     text,
  created_at     timestamptz not null default now(),
  search         tsvector generated always as (to_tsvector('simple', id || ' ' || name || ' ' || topic)) stored
);
create index rooms_directory on rooms (id) where kind in ('open', 'announcement') and not archived;
create index rooms_search on rooms using gin (search) where kind in ('open', 'announcement') and not archived;

-- Members of rooms, and those who are banned or muted without being members (role '-').
-- A time is in milliseconds; 0 = not, -1 = for ever.
create table members (
  room         text   not null references rooms on delete cascade,
  user_id      text   not null,
  role         text   not null check (role in ('owner', 'moderator', 'member', '-')),
  muted_until  bigint not null default 0,
  banned_until bigint not null default 0,
  since        timestamptz not null default now(),
  primary key (room, user_id)
);
create index members_rooms_of_user on members (user_id, room) where role <> '-';

create table invitations (
  room       text not null references rooms on delete cascade,
  user_id    text not null,
  invited_by text not null,
  created_at timestamptz not null default now(),
  primary key (room, user_id)
);
create index invitations_of_user on invitations (user_id, room);

create table direct_rooms (
  low  text not null,
  high text not null,
  room text not null unique references rooms on delete cascade,
  primary key (low, high)
);

-- Changes on their way from Postgres into the rooms' logs. The id grows in commit order within a room, because each
-- change first raises the room's version and so holds its row.
create table outbox (
  id         bigint generated always as identity primary key,
  shard      integer not null,
  room       text    not null,
  key        text    not null unique,
  version    bigint  not null,
  event      jsonb   not null,
  created_at timestamptz not null default now()
);
create index outbox_by_shard on outbox (shard, id);

-- What can never be appended, kept for whoever looks into it.
create table outbox_parked (
  id        bigint primary key,
  room      text   not null,
  version   bigint not null,
  event     jsonb  not null,
  why       text   not null,
  parked_at timestamptz not null default now()
);

-- Tokens that are not valid any more although they have not expired: all of a user that were issued before a moment, or
-- one by its id. version counts up without holes in commit order (meta 'revocations'), so that who has the list up to a
-- version has all of it.
create table revocations (
  version    bigint primary key,
  kind       text   not null check (kind in ('user', 'token')),
  subject    text   not null,
  before_s   bigint not null,
  -- when no token that it concerns can be valid any more
  until      timestamptz not null
);
insert into meta (name, value) values ('revocations', 0);

-- Keys of servers; of the secret only its hash.
create table server_keys (
  id         text primary key,
  hash       bytea  not null,
  user_id    text   not null,
  name       text   not null,
  scopes     text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
