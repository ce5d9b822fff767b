-- The same statement of the operator brings back the lists of instances: their counter went back as well, and a list of now
-- under a revision that a caller already holds would never be sent. Nobody has to say what callers hold: the counter leaps
-- further than any backup lags behind.
alter function policy_restored rename to policies_restored;

create function policy_restored(beyond bigint) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  policies bigint := policies_restored(beyond);
  lists bigint;
begin
  update instance_head set revision = revision + 1000000000 returning revision into strict lists;
  insert into instance_list (api_version_id, environment, revision)
  select api_version_id, environment, lists from audience
  on conflict (api_version_id, environment) do update set revision = excluded.revision;
  perform pg_notify('instances_changed', lists::text);
  return policies;
end $$;
revoke execute on function policy_restored from public;
