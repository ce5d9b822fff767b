-- Instances that pull a line's policy, and since when each has enforced which revision: what the control plane was told.
create table data_plane (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  client_id text not null,
  -- As it calls itself, such as the name of its pod.
  instance text not null check (length(instance) <= 64),
  revision bigint not null,
  first_seen_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (api_version_id, environment, client_id, instance)
);

create table data_plane_revision (
  api_version_id uuid not null,
  environment text not null,
  client_id text not null,
  instance text not null,
  revision bigint not null,
  enforced_at timestamptz not null,
  primary key (api_version_id, environment, client_id, instance, revision),
  foreign key (api_version_id, environment, client_id, instance) references data_plane on delete cascade
);
create index data_plane_revision_age on data_plane_revision (enforced_at);

grant select, insert, update, delete on data_plane, data_plane_revision to marketplace_control;
grant select on data_plane, data_plane_revision to marketplace_governance;
