-- A call that is refused because its grant is suspended has a reason of its own. It passes again when the grant goes on:
-- no request helps it, and none has to.
create or replace function shadow_series(line uuid, env text, at timestamptz)
returns table (id bigint, client_id text, operation int, reason text, solved boolean)
language sql stable as $$
  select s.id, s.client_id, s.operation, s.reason, g.granted_at is not null and case
    when s.reason in ('operation_not_granted', 'grant_ended') then not exists (
      select from call_usage h where h.series_id = s.id and h.span = 3600 and h.start >= g.granted_at + interval '10 minutes')
    else s.reason = 'grant_suspended' and g.goes_on end
  from call_series s left join lateral (
    select max(g.granted_at) as granted_at, bool_or(g.suspended_at is null or coalesce(g.suspended_until <= at, false)) as goes_on
    from application p join operation o on o.api_version_id = s.api_version_id and o.bit_index = s.operation and o.removed_in is null
      join access_grant g on g.application_id = p.id and g.operation_id = o.id and g.environment = s.environment
    where p.client_id = s.client_id and p.disabled_at is null and g.ended_at is null and g.valid_from <= at and g.valid_until > at) g on true
  where s.api_version_id = line and s.environment = env and s.decision = 'let_through'
$$;

-- Policies now name what is suspended: those of today are told again under a revision of their own.
with held as (
  select row_number() over (order by api_version_id, environment, application_id) as position, api_version_id, environment, application_id
  from access_grant where ended_at is null and suspended_at is not null
  group by api_version_id, environment, application_id
), head as (
  update policy_head set revision = revision + 1 where exists (select from held) returning revision
)
insert into policy_change (revision, position, kind, api_version_id, environment, application_id, at)
select head.revision, held.position, 'suspended', held.api_version_id, held.environment, held.application_id, now() from head, held;
