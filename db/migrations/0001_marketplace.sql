-- The marketplace's tables. Text enumerations are checked here, so that no writer can invent a state.
-- Every time is timestamptz (UTC). Identifiers are UUIDv7, made by the application.

create table environment (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,30}$'),
  position int not null unique
);
insert into environment (name, position) values ('sandbox', 1), ('production', 2);

-- People and teams ---------------------------------------------------------------------------------------------

create table person (
  id uuid primary key,
  user_name text not null,
  normalized_user_name text not null unique,
  display_name text not null,
  email text,
  platform_role text check (platform_role in ('administrator', 'security_officer', 'auditor')),
  password_hash text,
  security_stamp text not null,
  access_failed_count int not null default 0,
  lockout_end timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null
);

create table team (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9-]{1,62}$'),
  title text not null,
  created_at timestamptz not null
);

create table membership (
  team_id uuid not null references team,
  person_id uuid not null references person,
  role text not null check (role in ('owner', 'developer')),
  primary key (team_id, person_id)
);
create index membership_person on membership (person_id);

create table personal_access_token (
  id uuid primary key,
  person_id uuid not null references person,
  name text not null,
  token_hash bytea not null unique,
  hint text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index personal_access_token_person on personal_access_token (person_id);

-- Catalog ------------------------------------------------------------------------------------------------------

create table api (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9-]{1,62}$'),
  title text not null,
  summary text not null,
  team_id uuid not null references team,
  classification text not null check (classification in ('public', 'internal', 'confidential', 'restricted')),
  created_at timestamptz not null
);
create index api_team on api (team_id);

create table api_version (
  id uuid primary key,
  api_id uuid not null references api,
  version text not null check (version ~ '^v[0-9]{1,4}$'),
  lifecycle text not null check (lifecycle in ('draft', 'published', 'deprecated', 'retired')),
  base_path text not null default '',
  -- The number of the newest revision; its compare-and-set lets one of two publishers win.
  revision int not null default 0,
  -- Bit indexes are appended, never reused.
  next_bit_index int not null default 0,
  sunset_at timestamptz,
  created_at timestamptz not null,
  unique (api_id, version)
);

create table audience (
  api_version_id uuid not null references api_version,
  environment text not null references environment,
  uri text not null unique,
  primary key (api_version_id, environment)
);

create table spec_revision (
  id uuid primary key,
  api_version_id uuid not null references api_version,
  number int not null,
  title text not null,
  document_version text not null,
  openapi text not null,
  format text not null check (format in ('json', 'yaml')),
  original text not null,
  document text not null,
  sha256 bytea not null,
  operation_count int not null,
  published_by uuid not null references person,
  published_at timestamptz not null,
  unique (api_version_id, number)
);

create table operation (
  id uuid primary key,
  api_version_id uuid not null references api_version,
  key text not null,
  bit_index int not null check (bit_index between 0 and 65535),
  method text not null,
  path text not null,
  operation_id text,
  summary text not null,
  description text not null,
  tags text[] not null,
  deprecated boolean not null,
  added_in int not null,
  removed_in int,
  unique (api_version_id, key),
  unique (api_version_id, bit_index)
);

-- Applications -------------------------------------------------------------------------------------------------

create table application (
  id uuid primary key,
  client_id text not null unique,
  name text not null,
  description text not null,
  team_id uuid not null references team,
  created_by uuid not null references person,
  created_at timestamptz not null,
  disabled_at timestamptz,
  unique (team_id, name)
);

create table application_credential (
  id uuid primary key,
  application_id uuid not null references application,
  kind text not null check (kind in ('secret', 'public_key')),
  label text not null,
  -- HMAC-SHA-256 under a key derived from the master key; the secret itself is shown once and kept nowhere.
  secret_hash bytea,
  hint text not null,
  public_jwk text,
  created_by uuid not null references person,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((kind = 'secret') = (secret_hash is not null)),
  check ((kind = 'public_key') = (public_jwk is not null))
);
create index application_credential_application on application_credential (application_id);

-- Access -------------------------------------------------------------------------------------------------------

create table access_request (
  id uuid primary key,
  number bigint generated always as identity unique,
  application_id uuid not null references application,
  api_version_id uuid not null references api_version,
  environment text not null references environment,
  justification text not null,
  until timestamptz not null,
  status text not null check (status in ('pending', 'decided', 'withdrawn')),
  requested_by uuid not null references person,
  requested_at timestamptz not null,
  closed_at timestamptz
);
create index access_request_application on access_request (application_id, requested_at desc);
create index access_request_pending on access_request (api_version_id) where status = 'pending';

create table access_request_item (
  id uuid primary key,
  access_request_id uuid not null references access_request,
  operation_id uuid not null references operation,
  decision text not null check (decision in ('pending', 'approved', 'denied')),
  reason text,
  decided_by uuid references person,
  decided_at timestamptz,
  unique (access_request_id, operation_id),
  check ((decision = 'pending') = (decided_by is null))
);

-- One application x one operation x one environment, from-until. Its only creator is an approved request item.
create table access_grant (
  id uuid primary key,
  application_id uuid not null references application,
  operation_id uuid not null references operation,
  api_version_id uuid not null references api_version,
  environment text not null references environment,
  access_request_item_id uuid not null unique references access_request_item,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  granted_by uuid not null references person,
  granted_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references person,
  end_kind text check (end_kind in ('revoked', 'superseded')),
  end_reason text,
  check (valid_until > valid_from),
  check ((ended_at is null) = (end_kind is null))
);
create unique index access_grant_one_open on access_grant (application_id, operation_id, environment) where ended_at is null;
create index access_grant_version on access_grant (api_version_id, environment) where ended_at is null;

-- What data planes must know ------------------------------------------------------------------------------------

-- One row: its update is the last statement of every transaction that changes policy, so that revisions commit in
-- their own order and no reader can skip one.
create table policy_head (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into policy_head (revision) values (0);

create table policy_change (
  revision bigint not null,
  position int not null,
  kind text not null,
  api_version_id uuid,
  environment text,
  application_id uuid,
  at timestamptz not null,
  primary key (revision, position)
);

-- Audit --------------------------------------------------------------------------------------------------------

create table audit_head (
  only_row boolean primary key default true check (only_row),
  sequence bigint not null,
  hash bytea not null
);
insert into audit_head (sequence, hash) values (0, decode(repeat('00', 32), 'hex'));

create table audit_event (
  sequence bigint primary key,
  at timestamptz not null,
  actor_id uuid,
  actor text not null,
  source text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  subject text not null,
  reason text,
  -- The exact canonical JSON that the hash covers.
  content text not null,
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_event_subject on audit_event (subject_kind, subject_id, sequence desc);

-- Keys ---------------------------------------------------------------------------------------------------------

create table signing_key (
  kid text primary key,
  algorithm text not null check (algorithm in ('ES256', 'PS256')),
  state text not null check (state in ('standby', 'active', 'retired')),
  public_jwk text not null,
  -- AES-256-GCM under a key derived from the master key: nonce, ciphertext, tag.
  private_key bytea not null,
  created_at timestamptz not null,
  active_from timestamptz,
  retired_at timestamptz
);
create unique index signing_key_one_active on signing_key (state) where state = 'active';

-- Proof that the master key at hand is the one that sealed this database.
create table master_key_check (
  only_row boolean primary key default true check (only_row),
  value bytea not null
);

create table data_protection_key (
  id uuid primary key,
  friendly_name text not null,
  sealed bytea not null,
  created_at timestamptz not null
);
