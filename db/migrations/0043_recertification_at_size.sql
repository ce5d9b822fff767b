-- Progress by line is read from the index alone.
drop index campaign_item_line;
create index campaign_item_line on campaign_item (campaign_id, api_version_id, answer);
create index campaign_item_of_line on campaign_item (api_version_id, campaign_id);

-- Who is still there says so by pulling, or by hours that were counted: to look for a call of a quiet line in call_usage would
-- be to look through all of its callers.
create or replace function usage_told(line uuid, env text, at timestamptz) returns table (since timestamptz, is_known boolean)
language sql stable as $$
  select f.since, f.since <= at - interval '90 days' and (
      exists (select from data_plane d where d.api_version_id = line and d.environment = env and d.seen_at > at - interval '35 days')
      or exists (select from line_hour h where h.api_version_id = line and h.environment = env and h.start > at - interval '35 days'))
  from (
    select (select min(u.start) from call_usage u where u.series_id = s.id and u.span = 86400) as since
    from call_series s where s.api_version_id = line and s.environment = env order by s.id limit 1) f
$$;
