-- Who signs in by the company's identity provider. What names a person there is issuer and subject, never an e-mail address.
create table person_identity (
  issuer text not null,
  subject text not null,
  person_id uuid not null references person (id),
  email text,
  linked_at timestamptz not null,
  last_sign_in_at timestamptz,
  -- As the last sign-in told them, those with a mapping first, at most 200.
  groups text[] not null,
  primary key (issuer, subject),
  unique (person_id, issuer)
);

-- What a group of the identity provider gives: a role in one team, or a platform role. What is not here gives nothing.
create table group_mapping (
  id uuid primary key,
  group_name text not null,
  team_id uuid references team (id),
  team_role text check (team_role in ('owner', 'developer')),
  platform_role text check (platform_role in ('administrator', 'security_officer', 'auditor')),
  created_by uuid not null references person (id),
  created_at timestamptz not null,
  check ((team_id is null) = (team_role is null)),
  check ((team_id is null) <> (platform_role is null)),
  unique nulls not distinct (group_name, team_id)
);

-- Without a role by group, the role was given by hand. With one, role_by_hand says what was given by hand beside it, and
-- role is the stronger of the two.
alter table membership
  add role_by_group text check (role_by_group in ('owner', 'developer')),
  add role_by_hand text check (role_by_hand in ('owner', 'developer')),
  add check (role_by_group is not null or role_by_hand is null),
  add check (role_by_group is null or role = case when 'owner' in (role_by_group, coalesce(role_by_hand, 'developer')) then 'owner' else 'developer' end);

-- The same for platform roles, of which one by hand goes first.
alter table person
  add platform_role_by_group text check (platform_role_by_group in ('administrator', 'security_officer', 'auditor')),
  add platform_role_by_hand text check (platform_role_by_hand in ('administrator', 'security_officer', 'auditor')),
  add check (platform_role_by_group is not null or platform_role_by_hand is null),
  add check (platform_role_by_group is null or platform_role is not distinct from coalesce(platform_role_by_hand, platform_role_by_group));
create index person_email on person (lower(email)) where email is not null;
create index person_platform_role on person (platform_role) where platform_role is not null;

create table person_session (
  id uuid primary key,
  person_id uuid not null references person (id),
  -- HMAC-SHA-256 of what the cookie holds, under a key derived from the master key.
  secret_hash bytea not null unique,
  created_at timestamptz not null,
  -- Written together for all sessions every few seconds, not with each request.
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('signed_out', 'ended_elsewhere', 'administrator', 'disabled', 'password_changed', 'company', 'idle')),
  source text not null,
  user_agent text not null,
  -- For those who came by the identity provider: which of its sessions it is, and what ends that.
  issuer text,
  provider_session text,
  id_token bytea,
  check ((ended_at is null) = (ended_by is null))
);
create index person_session_person on person_session (person_id, created_at desc);
create index person_session_provider on person_session (issuer, provider_session) where ended_at is null;
create index person_session_age on person_session (expires_at);

-- Those that were made before there were scopes may do what they could do.
alter table personal_access_token
  add scopes text[] not null default '{read,publish,request,decide,administer,account}',
  add last_used_at timestamptz;
alter table personal_access_token alter scopes drop default;

grant select, insert, update, delete on person_identity, group_mapping, person_session to marketplace_governance;
