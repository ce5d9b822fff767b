-- Where a team's programs are told what the team is told, and what happens to the APIs that the webhook follows.
create table webhook (
  id uuid primary key,
  team_id uuid not null references team (id),
  url text not null,
  description text not null,
  -- Empty: every one.
  event_types text[] not null,
  -- Sealed under a key derived from the master key, not hashed: we sign with it.
  secret bytea not null,
  -- The one before, with which we sign as well for a while.
  old_secret bytea,
  old_secret_until timestamptz,
  created_by uuid not null references person (id),
  created_at timestamptz not null,
  disabled_at timestamptz,
  disabled_why text check (disabled_why in ('by_hand', 'failing', 'gone')),
  -- The first failure since it last took something, and how many there were.
  failing_since timestamptz,
  failures int not null,
  delivered_at timestamptz,
  -- Nobody delivers before: whoever does so now, or a pause after failures.
  next_at timestamptz not null,
  check ((old_secret is null) = (old_secret_until is null)),
  check ((disabled_at is null) = (disabled_why is null))
);
create index webhook_team on webhook (team_id, created_at);

create table webhook_api (
  webhook_id uuid not null references webhook (id) on delete cascade,
  api_id uuid not null references api (id),
  primary key (webhook_id, api_id)
);
create index webhook_api_api on webhook_api (api_id);

-- Written in the transaction of what it tells.
create table webhook_delivery (
  webhook_id uuid not null references webhook (id) on delete cascade,
  notification_id uuid not null references notification (id),
  at timestamptz not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  next_at timestamptz not null,
  -- Of this time round: a replay begins anew.
  attempts int not null,
  began_at timestamptz not null,
  tried_at timestamptz,
  -- What it answered last; no status where nobody answered.
  status int,
  answer text,
  primary key (webhook_id, notification_id)
);
create index webhook_delivery_due on webhook_delivery (webhook_id, next_at) where state = 'waiting';
create index webhook_delivery_newest on webhook_delivery (webhook_id, at desc, notification_id);
create index webhook_delivery_age on webhook_delivery (at);

grant select, insert, update, delete on webhook, webhook_api, webhook_delivery to marketplace_governance;
