-- What an API offers under a name. A plan is archived, never removed: grants carry its limits.
create table plan (
  id uuid primary key,
  api_id uuid not null references api (id),
  -- As data planes and programs name it; it stays.
  name text not null,
  title text not null,
  description text not null,
  -- Where it is offered.
  environments text[] not null,
  -- For endpoints with one of these tags alone; empty for all.
  tags text[] not null,
  is_default boolean not null,
  -- The newest of its limits.
  revision int not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  unique (api_id, name),
  check (archived_at is null or not is_default)
);
create unique index plan_default on plan (api_id) where is_default;

-- Limits never change: other ones are another revision, and a grant keeps those that it was given. The number is what
-- policies carry, so it is small and none comes back.
create table plan_limits (
  id int generated always as identity primary key,
  plan_id uuid not null references plan (id),
  revision int not null,
  rate bigint check (rate between 1 and 1000000000),
  per int check (per in (1, 60)),
  burst bigint check (burst between 1 and 1000000),
  quota bigint check (quota between 1 and 1000000000000),
  quota_window text check (quota_window in ('day', 'month')),
  maximum_days int check (maximum_days between 1 and 366),
  made_at timestamptz not null,
  made_by uuid not null references person (id),
  unique (plan_id, revision),
  check ((rate is null) = (per is null) and (rate is null) = (burst is null)),
  check ((quota is null) = (quota_window is null))
);

-- Null: nothing limits it, as of grants from before the API had plans.
alter table access_grant add plan_limits_id int references plan_limits (id);
alter table access_request_item add plan_limits_id int references plan_limits (id);
create index access_grant_plan on access_grant (plan_limits_id) where ended_at is null and plan_limits_id is not null;

-- What an application has called of a quota, over all data planes, as of counted_at.
create table quota_use (
  application_id uuid not null references application (id),
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  plan_limits_id int not null references plan_limits (id),
  -- When the day or month ends.
  until timestamptz not null,
  calls bigint not null,
  counted_at timestamptz not null,
  -- When its team was told that four fifths are used.
  warned_at timestamptz,
  -- When all was; from then on data planes are told.
  spent_at timestamptz,
  primary key (application_id, api_version_id, environment, plan_limits_id, until)
);
create index quota_use_line on quota_use (api_version_id, environment, until) where spent_at is not null;
create index quota_use_until on quota_use (until);

grant select, insert, update on plan to marketplace_governance;
grant select, insert on plan_limits to marketplace_governance;
grant select, insert, update, delete on quota_use to marketplace_governance;
grant select on plan, plan_limits, quota_use to marketplace_control;
