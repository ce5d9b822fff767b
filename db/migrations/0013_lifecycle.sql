-- When a line was deprecated and retired, and what takes its place.
alter table api_version
  add column deprecated_at timestamptz,
  add column retired_at timestamptz,
  add column successor_id uuid references api_version check (successor_id <> id);
update api_version set deprecated_at = now() where lifecycle in ('deprecated', 'retired');
update api_version set retired_at = now() where lifecycle = 'retired';

-- A retired line's grants end with it.
alter table access_grant
  drop constraint access_grant_end_kind_check,
  add constraint access_grant_end_kind_check check (end_kind in ('revoked', 'superseded', 'retired'));
update access_grant g set ended_at = now(), end_kind = 'retired', end_reason = 'The version was retired.'
from api_version v
where v.id = g.api_version_id and v.lifecycle = 'retired' and g.ended_at is null and g.valid_until > now();
