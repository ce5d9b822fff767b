-- The newest grants of an application or of a line, in the order of their lists, and how many there are, from the index alone.
create index access_grant_application_newest on access_grant (application_id, granted_at desc, id) include (valid_until) where ended_at is null;
create index access_grant_line_newest on access_grant (api_version_id, granted_at desc, id) include (valid_until) where ended_at is null;

-- Under which plans an application calls: one step of the index for each group of its grants.
create index access_grant_application_plan on access_grant (application_id, api_version_id, environment, plan_limits_id) include (valid_until)
  where ended_at is null and plan_limits_id is not null;

-- How much of a request's thousands of endpoints is asked of each line, and what became of it.
create index access_request_item_request_line on access_request_item (access_request_id, api_version_id, decision);

-- Whether an application holds a grant for an operation is asked of thousands at once: by this index, too, it is one step.
drop index access_grant_operation;
create index access_grant_operation on access_grant (operation_id, environment, application_id) where ended_at is null;

-- As before (0058), but each series finds its application, its operation and the one open grant of the two by their keys, and
-- not among all who hold a grant for that operation.
create or replace function shadow_series(line uuid, env text, at timestamptz)
returns table (id bigint, client_id text, operation int, reason text, solved boolean)
language sql stable as $$
  select s.id, s.client_id, s.operation, s.reason, g.granted_at is not null and case
    when s.reason in ('operation_not_granted', 'grant_ended') then not exists (
      select from call_usage h where h.series_id = s.id and h.span = 3600 and h.start >= g.granted_at + interval '10 minutes')
    else s.reason = 'grant_suspended' and g.goes_on end
  from call_series s
    left join application p on p.client_id = s.client_id and p.disabled_at is null
    left join operation o on o.api_version_id = s.api_version_id and o.bit_index = s.operation and o.removed_in is null
    left join lateral (
      select g.granted_at, g.suspended_at is null or coalesce(g.suspended_until <= at, false) as goes_on from access_grant g
      where g.application_id = p.id and g.operation_id = o.id and g.environment = s.environment and g.ended_at is null and g.valid_from <= at and g.valid_until > at
      limit 1) g on true
  where s.api_version_id = line and s.environment = env and s.decision = 'let_through'
$$;
