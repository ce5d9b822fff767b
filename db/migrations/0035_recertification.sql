-- A campaign asks somebody about each grant of its scope, as it stood when it was opened.
create table campaign (
  id uuid primary key,
  number bigint generated always as identity unique,
  name text not null,
  -- What it is about; null leaves that open.
  api_id uuid references api (id),
  api_version_id uuid references api_version (id),
  api_team_id uuid references team (id),
  application_id uuid references application (id),
  application_team_id uuid references team (id),
  classification text check (classification in ('public', 'internal', 'confidential', 'restricted')),
  environment text references environment (name),
  -- Whose answer counts; that of a security officer always does.
  reviewers text not null check (reviewers in ('owner', 'security_officer')),
  due_at timestamptz not null,
  opened_by uuid not null references person (id),
  opened_at timestamptz not null,
  items int not null,
  -- A week and a day before it is due, and when it was overdue.
  reminded_at timestamptz,
  reminded_again_at timestamptz,
  escalated_at timestamptz,
  closed_at timestamptz,
  closed_by uuid references person (id),
  close_reason text,
  -- How many nobody had answered when it was closed.
  unanswered int,
  check (due_at > opened_at),
  check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (unanswered is null)),
  check (unanswered is null or unanswered = 0 or close_reason is not null)
);
create index campaign_due on campaign (due_at) where closed_at is null;

create table campaign_item (
  campaign_id uuid not null references campaign (id),
  -- In the order of the review: applications with the worst first, each with its endpoints, the worst first.
  position int not null,
  grant_id uuid not null references access_grant (id),
  application_id uuid not null references application (id),
  operation_id uuid not null references operation (id),
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  -- never: in 90 days or more; unused: not for 90 days; unknown: no data plane tells; new: held for less than 90 days and
  -- not used yet; seldom: not for 30 days.
  use text not null check (use in ('never', 'unused', 'unknown', 'new', 'seldom', 'used')),
  last_used_at timestamptz,
  calls_30 bigint not null,
  calls_90 bigint not null,
  requested_by uuid references person (id),
  request_number bigint,
  granted_by uuid references person (id),
  granted_at timestamptz not null,
  valid_until timestamptz not null,
  -- ended: it ended elsewhere, so that nothing was left to answer.
  answer text check (answer in ('kept', 'shortened', 'revoked', 'ended')),
  -- Decided by what is used, for many at once.
  by_use boolean not null default false,
  until timestamptz,
  reason text,
  answered_by uuid references person (id),
  answered_at timestamptz,
  primary key (campaign_id, position),
  unique (campaign_id, grant_id),
  check ((answer is null) = (answered_at is null)),
  check (answer not in ('shortened', 'revoked') or (answered_by is not null and reason is not null)),
  check ((answer = 'shortened') = (until is not null))
);
create index campaign_item_open on campaign_item (campaign_id, position) where answer is null;
create index campaign_item_line on campaign_item (api_version_id, campaign_id);
create index campaign_item_application on campaign_item (campaign_id, application_id);

-- The owners of an API ask the team of an application to give up what it does not use.
create table narrowing_request (
  id uuid primary key,
  number bigint generated always as identity unique,
  application_id uuid not null references application (id),
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  asked_by uuid not null references person (id),
  asked_at timestamptz not null,
  answer text check (answer in ('given_up', 'kept')),
  answered_by uuid references person (id),
  answered_at timestamptz,
  reason text,
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)),
  check (answer is distinct from 'kept' or reason is not null)
);
create unique index narrowing_request_one_open on narrowing_request (application_id, api_version_id, environment) where answer is null;
create index narrowing_request_line on narrowing_request (api_version_id);

create table narrowing_item (
  narrowing_request_id uuid not null references narrowing_request (id),
  grant_id uuid not null references access_grant (id),
  primary key (narrowing_request_id, grant_id)
);

-- Nobody deletes an answer.
grant select, insert, update on campaign, campaign_item, narrowing_request to marketplace_governance;
grant select, insert on narrowing_item to marketplace_governance;

-- Whether an endpoint was held before, by a grant that another took the place of.
create index access_grant_superseded on access_grant (application_id, operation_id, environment) where end_kind = 'superseded';
create index call_series_first on call_series (api_version_id, environment, id);

-- Since when data planes tell of the calls of a line, and whether that says anything about 90 days: they told before these
-- began, and are still there. No row where none ever told.
create function usage_told(line uuid, env text, at timestamptz) returns table (since timestamptz, is_known boolean)
language sql stable as $$
  select f.since, f.since <= at - interval '90 days' and (
      exists (select from data_plane d where d.api_version_id = line and d.environment = env and d.seen_at > at - interval '35 days')
      or exists (
        select from call_series s join call_usage u on u.series_id = s.id and u.span = 86400 and u.start > at - interval '35 days'
        where s.api_version_id = line and s.environment = env))
  from (
    select (select min(u.start) from call_usage u where u.series_id = s.id and u.span = 86400) as since
    from call_series s where s.api_version_id = line and s.environment = env order by s.id limit 1) f
$$;
