-- Which policy changes concern a line in an environment: those that name it, and those of an application that has, or
-- had, grants there. Plain SQL, so that it becomes part of the query that asks.
create function line_changes(line uuid, env text) returns setof policy_change language sql stable as $$
  select * from policy_change
  where api_version_id = line and (environment is null or environment = env)
  union all
  select c.* from policy_change c
  where c.api_version_id is null and c.application_id in (
    select g.application_id from access_grant g where g.api_version_id = line and g.environment = env)
$$;
