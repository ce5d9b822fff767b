-- Calls as data planes count and report them. Where nobody or nothing is known, text is empty and the operation -1: the
-- same key is looked up for every row of every report, and nulls are in no index's way of being equal.
create table call_series (
  id bigint generated always as identity primary key,
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  -- As of application.client_id; empty where no good token said one.
  client_id text not null,
  -- As of operation.bit_index; -1 where none matched.
  operation int not null,
  decision text not null check (decision in ('allowed', 'refused', 'let_through')),
  -- Empty where allowed.
  reason text not null,
  unique (api_version_id, environment, client_id, operation, decision, reason)
);
create index call_series_client on call_series (client_id);

-- The same calls three times, so that whoever reads picks what fits and adds up little: by minute for a day, by hour for
-- 35 days, by day (UTC) for 400.
create table call_usage (
  -- 60, 3600 or 86400 seconds.
  span int not null,
  series_id bigint not null,
  start timestamptz not null,
  count bigint not null,
  errors bigint not null,
  -- How many took up to so many milliseconds and more than the bucket before; null for none, which takes no room.
  ms_1 bigint, ms_2 bigint, ms_5 bigint, ms_10 bigint, ms_20 bigint, ms_50 bigint, ms_100 bigint, ms_200 bigint, ms_500 bigint,
  ms_1000 bigint, ms_2000 bigint, ms_5000 bigint, ms_10000 bigint, ms_more bigint,
  primary key (series_id, span, start)
) partition by list (span);
-- A row is added to many times while its time lasts: room beside it keeps the indexes out of that.
create table call_usage_minute partition of call_usage for values in (60) with (fillfactor = 80);
create table call_usage_hour partition of call_usage for values in (3600) with (fillfactor = 80);
create table call_usage_day partition of call_usage for values in (86400) with (fillfactor = 80);
create index call_usage_start on call_usage using brin (start) with (pages_per_range = 32, autosummarize = on);

-- Since when and until when each grant was used: the minute of the first and of the last allowed call.
create table grant_use (
  operation_id uuid not null references operation (id),
  environment text not null references environment (name),
  application_id uuid not null references application (id),
  first_used_at timestamptz not null,
  last_used_at timestamptz not null,
  primary key (operation_id, environment, application_id)
);
create index grant_use_application on grant_use (application_id, environment);

-- What shadow mode let through although no operation matched. Bounded per line by who writes it.
create table unmatched_call (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  -- Empty where no good token said one.
  client_id text not null,
  method text not null,
  path text not null,
  reason text not null,
  count bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (api_version_id, environment, client_id, method, path, reason)
);

-- Which report of each run of a data plane was counted last: one that is sent again counts once. Kept for longer than the
-- oldest minute that is taken.
create table usage_source (
  api_version_id uuid not null,
  environment text not null,
  client_id text not null,
  instance text not null,
  start bigint not null,
  seq bigint not null,
  -- Calls for which the data plane had no room.
  dropped bigint not null,
  seen_at timestamptz not null,
  primary key (api_version_id, environment, client_id, instance, start)
);
create index usage_source_age on usage_source (seen_at);

-- What data planes and services sent and was not taken, for administrators; kept 35 days.
create table refused_report (
  hour timestamptz not null,
  -- What it was: usage, registration.
  kind text not null,
  -- Empty where no good token said one.
  client_id text not null,
  reason text not null,
  count bigint not null,
  -- What its sender was told last, and when.
  detail text not null,
  last_at timestamptz not null,
  primary key (hour, kind, client_id, reason)
);

grant select, insert, update, delete on call_series, call_usage, grant_use, unmatched_call, usage_source, refused_report to marketplace_control;
grant select on call_series, call_usage, grant_use, unmatched_call, usage_source, refused_report to marketplace_governance;
