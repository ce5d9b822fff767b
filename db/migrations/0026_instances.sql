-- Where each line runs: instances that hold a lease, written by the control plane. Times are the database's own, so that
-- replicas whose clocks differ see the same leases end.
create table service_instance (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  client_id text not null,
  -- As it calls itself, such as the name of its pod.
  instance text not null check (length(instance) between 1 and 64),
  url text not null check (length(url) <= 255),
  zone text check (length(zone) <= 64),
  version text check (length(version) <= 64),
  weight integer not null check (weight between 0 and 1000),
  share integer check (share between 1 and 100),
  state text not null check (state in ('ready', 'unhealthy', 'draining', 'lapsed')),
  lease_seconds integer not null check (lease_seconds between 5 and 300),
  registered_at timestamptz not null,
  renewed_at timestamptz not null,
  primary key (api_version_id, environment, client_id, instance)
);

-- The newest change of each line's list; one counter for all, so that a follower asks one row.
create table instance_head (only_row boolean primary key default true check (only_row), revision bigint not null);
insert into instance_head (revision) values (0);
create table instance_list (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  revision bigint not null,
  primary key (api_version_id, environment)
);
create index instance_list_revision on instance_list (revision);

-- When leases were last looked through by any replica. A gap is an outage of ours: nothing lapses until all had time to renew.
create table instance_sweep (only_row boolean primary key default true check (only_row), swept_at timestamptz not null, resumed_at timestamptz not null);
insert into instance_sweep (swept_at, resumed_at) values ('-infinity', '-infinity');

-- What the control plane refused, by whom, why and on which day.
create table control_refusal (
  day date not null,
  kind text not null,
  -- Empty where no good token said who it was.
  client_id text not null,
  reason text not null,
  count bigint not null,
  last_at timestamptz not null,
  detail text not null check (length(detail) <= 500),
  primary key (day, kind, client_id, reason)
);

grant select, insert, update, delete on service_instance, instance_list, control_refusal to marketplace_control;
grant select, update on instance_head, instance_sweep to marketplace_control;
grant select on service_instance, instance_list, control_refusal to marketplace_governance;
