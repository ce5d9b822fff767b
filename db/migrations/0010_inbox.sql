-- What people are told: one text, and one entry per person who is told it. Written in the transaction that it tells of.
create table notification (
  id uuid primary key,
  kind text not null,
  subject text not null,
  text text not null,
  -- A path of the portal, where there is more to see or to do.
  link text not null check (link like '/%' and link not like '//%'),
  at timestamptz not null
);

create table inbox_entry (
  person_id uuid not null references person,
  notification_id uuid not null references notification,
  at timestamptz not null,
  read_at timestamptz,
  primary key (person_id, notification_id)
);
create index inbox_entry_newest on inbox_entry (person_id, at desc, notification_id);
create index inbox_entry_unread on inbox_entry (person_id, at) where read_at is null;

-- Who wants to find an API again, and who wants to be told of its changes.
create table api_star (
  api_id uuid not null references api,
  person_id uuid not null references person,
  at timestamptz not null,
  primary key (person_id, api_id)
);

create table api_subscription (
  api_id uuid not null references api,
  person_id uuid not null references person,
  at timestamptz not null,
  primary key (api_id, person_id)
);
create index api_subscription_person on api_subscription (person_id);

-- Whom the change of an endpoint concerns.
create index access_grant_operation on access_grant (operation_id) where ended_at is null;

grant select, insert on notification to marketplace_governance;
grant select, insert, update on inbox_entry to marketplace_governance;
grant select, insert, delete on api_star, api_subscription to marketplace_governance;
