-- After load.sql and everywhere.sql: api-1 v1 of team-2, whose owner is bench.owner, with 5,000 applications of 850 teams that
-- hold ten grants each there, all under one plan with a quota, and all of them called today. Each team has a member.
set session_replication_role = replica;

insert into membership (team_id, person_id, role) values (pg_temp.id('team', 2), current_setting('bench.owner')::uuid, 'owner');
insert into person (id, user_name, normalized_user_name, display_name, email, security_stamp, created_at)
select pg_temp.id('person', 1 + t), 'person-' || t, 'PERSON-' || t, 'Person ' || t, 'person-' || t || '@bank.example', 'loader', now() from generate_series(1, 850) t;
insert into membership (team_id, person_id, role) select pg_temp.id('team', t), pg_temp.id('person', 1 + t), 'developer' from generate_series(1, 850) t;

insert into application (id, client_id, name, description, team_id, created_by, created_at)
select pg_temp.id('application', n), 'application-' || n, 'Application ' || n, '', pg_temp.id('team', 1 + n % 850), pg_temp.id('person', 1), now()
from generate_series(current_setting('bench.applications')::int + 1, 5000) n;

insert into plan (id, api_id, name, title, description, environments, tags, is_default, revision, created_at)
values (pg_temp.id('plan', 1), pg_temp.id('api', 1), 'standard', 'Standard', '', '{production}', '{}', false, 1, now());
insert into plan_limits (plan_id, revision, quota, quota_window, made_at, made_by) values (pg_temp.id('plan', 1), 1, 1000000, 'month', now(), pg_temp.id('person', 1));

delete from access_grant where api_version_id = pg_temp.id('version', 1);
create temporary table wanted as select n * 10 + o as g, n as application, o as operation from generate_series(1, 5000) n, generate_series(0, 9) o;

insert into access_request (id, application_id, environment, justification, until, status, requested_by, requested_at, closed_at)
select pg_temp.id('request of many', n), pg_temp.id('application', n), 'production', '', now() + interval '1 year', 'decided', pg_temp.id('person', 1), now(), now() from generate_series(1, 5000) n;
insert into access_request_item (id, access_request_id, operation_id, api_version_id, decision, decided_by, decided_at)
select pg_temp.id('item of many', g), pg_temp.id('request of many', application), pg_temp.id('operation', 60 + operation), pg_temp.id('version', 1), 'approved', pg_temp.id('person', 1), now() from wanted;
insert into access_grant (id, application_id, operation_id, api_version_id, environment, access_request_item_id, valid_from, valid_until, granted_by, granted_at, plan_limits_id)
select pg_temp.id('grant of many', g), pg_temp.id('application', application), pg_temp.id('operation', 60 + operation), pg_temp.id('version', 1), 'production',
  pg_temp.id('item of many', g), now() - interval '1 hour', now() + interval '300 days', pg_temp.id('person', 1), now(), (select max(id) from plan_limits) from wanted;

insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
select pg_temp.id('version', 1), 'production', a.client_id, operation, 'allowed', '' from wanted join application a on a.id = pg_temp.id('application', application);
insert into call_usage (span, series_id, start, count, errors)
select span, s.id, to_timestamp(floor(extract(epoch from now()) / span) * span), 1000, 0 from call_series s, unnest(array[60, 86400]) span where s.api_version_id = pg_temp.id('version', 1);

set session_replication_role = origin;
