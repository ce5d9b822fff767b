-- Calls of a line by the hour, for 35 days: what the anomaly view compares. Kept beside call_usage, in which an hour of a
-- busy line is hundreds of rows. Hours that no data plane reported at all are in neither.
create table line_hour (
  api_version_id uuid not null references api_version (id),
  environment text not null,
  start timestamptz not null,
  calls bigint not null,
  refused bigint not null,
  -- Served calls per bucket of latency, as in call_usage.
  ms bigint[] not null,
  primary key (api_version_id, environment, start)
);
create index line_hour_start on line_hour using brin (start) with (pages_per_range = 32, autosummarize = on);

create table call_anomaly (
  api_version_id uuid not null references api_version (id),
  environment text not null,
  measure text not null check (measure in ('traffic', 'refusals', 'latency')),
  is_above boolean not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  raised_at timestamptz not null,
  is_open boolean not null,
  -- Held against the same hour of the weeks before; else of the days before.
  is_by_week boolean not null,
  seen double precision not null,
  expected double precision not null,
  -- Null where less is no trouble.
  low double precision,
  high double precision not null,
  primary key (api_version_id, environment, measure, from_at)
);
create index call_anomaly_from on call_anomaly (from_at desc);

-- Up to when hours were judged. Whoever holds the row judges.
create table anomaly_run (
  id int primary key check (id = 1),
  judged_until timestamptz not null
);
insert into anomaly_run values (1, '2000-01-01');

grant select, insert, update, delete on line_hour, call_anomaly to marketplace_governance;
grant select, update on anomaly_run to marketplace_governance;
