-- A line that lets through what it would refuse, in one environment. Without a row, or once "until" has passed, it is enforced.
create table shadow_mode (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  until timestamptz not null,
  reason text not null,
  asked_at timestamptz not null,
  asked_by uuid not null references person (id),
  -- Null while a security officer has still to allow it.
  began_at timestamptz,
  allowed_by uuid references person (id),
  primary key (api_version_id, environment),
  check ((began_at is null) = (allowed_by is null)),
  -- Longer than anybody can ask for; a second bound on what is signed.
  check (until <= asked_at + interval '31 days')
);

-- When a team was last asked to request what its application calls while a line is in shadow mode.
create table shadow_ask (
  api_version_id uuid not null references api_version (id),
  environment text not null references environment (name),
  application_id uuid not null references application (id),
  asked_at timestamptz not null,
  asked_by uuid not null references person (id),
  primary key (api_version_id, environment, application_id)
);

grant select on shadow_mode to marketplace_control;
grant select, insert, update, delete on shadow_mode, shadow_ask to marketplace_governance;

-- What a line let through, and whether it would pass now: whoever was granted the endpoint and has not come without it
-- since. Ten minutes are what a token from before the grant lives, and more.
create function shadow_series(line uuid, env text, at timestamptz)
returns table (id bigint, client_id text, operation int, reason text, solved boolean)
language sql stable as $$
  select s.id, s.client_id, s.operation, s.reason,
    g.granted_at is not null and s.reason in ('operation_not_granted', 'grant_ended') and not exists (
      select from call_usage h where h.series_id = s.id and h.span = 3600 and h.start >= g.granted_at + interval '10 minutes')
  from call_series s left join lateral (
    select max(g.granted_at) as granted_at
    from application p join operation o on o.api_version_id = s.api_version_id and o.bit_index = s.operation and o.removed_in is null
      join access_grant g on g.application_id = p.id and g.operation_id = o.id and g.environment = s.environment
    where p.client_id = s.client_id and p.disabled_at is null and g.ended_at is null and g.valid_from <= at and g.valid_until > at) g on true
  where s.api_version_id = line and s.environment = env and s.decision = 'let_through'
$$;
