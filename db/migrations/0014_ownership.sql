-- Where consumers of an API find its people.
alter table api
  add column contact_channel text not null default '',
  add column contact_email text not null default '',
  add column contact_url text not null default '';

-- An API goes to another team when one of its owners takes it, or when an administrator says why.
create table api_transfer (
  id uuid primary key,
  api_id uuid not null references api,
  from_team_id uuid not null references team,
  to_team_id uuid not null references team,
  note text not null,
  offered_by uuid not null references person,
  offered_at timestamptz not null,
  outcome text check (outcome in ('accepted', 'declined', 'cancelled', 'superseded')),
  decided_by uuid references person,
  decided_at timestamptz,
  check (from_team_id <> to_team_id),
  check ((outcome is null) = (decided_at is null))
);
create unique index api_transfer_one_open on api_transfer (api_id) where outcome is null;
create index api_transfer_to_team on api_transfer (to_team_id) where outcome is null;

create index api_star_api on api_star (api_id);

grant select, insert, update on api_transfer to marketplace_governance;
