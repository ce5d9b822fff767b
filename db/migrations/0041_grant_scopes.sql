-- A grant may be set aside for a time, or its end be brought forward: carried as an earlier valid_until, so that every
-- data plane ends it by itself. Who did it, and as what, bounds who may undo it.
alter table access_grant
  add column suspended_at timestamptz,
  add column suspended_until timestamptz,
  add column suspended_by uuid references person,
  add column suspended_as text check (suspended_as in ('team', 'owner', 'security_officer')),
  add column suspend_reason text,
  add column end_set_at timestamptz,
  add column end_set_by uuid references person,
  add column end_set_as text check (end_set_as in ('team', 'owner', 'security_officer')),
  add column end_set_reason text,
  add column until_before timestamptz,
  add constraint access_grant_suspension check (num_nulls(suspended_at, suspended_by, suspended_as, suspend_reason) in (0, 4)),
  add constraint access_grant_suspension_end check (suspended_until is null or suspended_until > suspended_at),
  add constraint access_grant_end_set check (num_nulls(end_set_at, end_set_by, end_set_as, end_set_reason, until_before) in (0, 5));

-- Who stopped an application, and who of its team asked to let it go on: another one confirms. A deleted one stays as a
-- row, since grants, requests, calls and audit events tell of it; its name is free again.
alter table application
  add column disabled_by uuid references person,
  add column disabled_as text check (disabled_as in ('team', 'security_officer')),
  add column disabled_reason text,
  add column resume_asked_by uuid references person,
  add column resume_asked_at timestamptz,
  add column deleted_at timestamptz,
  add column deleted_by uuid references person,
  add constraint application_deleted check (deleted_at is null or disabled_at is not null);
alter table application drop constraint application_team_id_name_key;
create unique index application_name on application (team_id, name) where deleted_at is null;

create table application_transfer (
  id uuid primary key,
  application_id uuid not null references application,
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
create unique index application_transfer_one_open on application_transfer (application_id) where outcome is null;
create index application_transfer_to_team on application_transfer (to_team_id) where outcome is null;
grant select, insert, update on application_transfer to marketplace_governance;

-- Of one environment or, as all were until now, of every one.
alter table application_credential add column environment text references environment;
