-- After load.sql and everywhere.sql, around team-2, whose owner is bench.owner: api-1 v1 with 5,000 applications that hold
-- grants there, the application "orders" with 5,000 grants, and 10,000 requests that wait for the owner, told of in the inbox.
set session_replication_role = replica;

insert into membership (team_id, person_id, role) values (pg_temp.id('team', 2), current_setting('bench.owner')::uuid, 'owner');

insert into application (id, client_id, name, description, team_id, created_by, created_at)
select pg_temp.id('application', n), 'application-' || n, 'Application ' || n, '', pg_temp.id('team', 1 + n % 850), pg_temp.id('person', 1), now()
from generate_series(current_setting('bench.applications')::int + 1, 5000) n;

create temporary table crowd as
select row_number() over () as g, application, api, operation from (
  select n as application, 1 as api, n % 60 as operation from generate_series(1, 5000) n
  union
  select 1, 100 + k / 60, k % 60 from generate_series(0, 5399) k
) wanted
where not exists (
  select from access_grant held
  where held.application_id = pg_temp.id('application', application) and held.operation_id = pg_temp.id('operation', api * 60 + operation)
    and held.environment = 'production' and held.ended_at is null);
-- One application with 5,000: those that load.sql gave it among them.
delete from crowd where application = 1 and g in (
  select g from crowd where application = 1 order by g desc
  limit (select greatest(0, (select count(*) from crowd where application = 1) + (select count(*) from access_grant where application_id = pg_temp.id('application', 1) and ended_at is null) - 5000)));

insert into access_request (id, application_id, environment, justification, until, status, requested_by, requested_at, closed_at)
select pg_temp.id('request of crowd', a.n), pg_temp.id('application', a.n), 'production', 'To serve our customers.', now() + interval '300 days', 'decided', pg_temp.id('person', 1), now() - interval '60 days', now() - interval '59 days'
from (select distinct application as n from crowd) a;

insert into access_request_item (id, access_request_id, operation_id, api_version_id, decision, decided_by, decided_at)
select pg_temp.id('item of crowd', g::int), pg_temp.id('request of crowd', application), pg_temp.id('operation', api * 60 + operation), pg_temp.id('version', api), 'approved', pg_temp.id('person', 1), now() - interval '59 days'
from crowd;

insert into access_grant (id, application_id, operation_id, api_version_id, environment, access_request_item_id, valid_from, valid_until, granted_by, granted_at)
select pg_temp.id('grant of crowd', g::int), pg_temp.id('application', application), pg_temp.id('operation', api * 60 + operation), pg_temp.id('version', api), 'production',
  pg_temp.id('item of crowd', g::int), now() - interval '59 days', now() + (1 + g % 300) * interval '1 day', pg_temp.id('person', 1), now() - interval '59 days'
from crowd;

insert into access_request (id, application_id, environment, justification, until, status, requested_by, requested_at)
select pg_temp.id('pending', n), pg_temp.id('application', 1 + n % 5000), 'production', 'Statements of our customers.', now() + interval '90 days', 'pending', pg_temp.id('person', 1), now() - n * interval '1 minute'
from generate_series(1, 10000) n;

insert into access_request_item (id, access_request_id, operation_id, api_version_id, decision)
select pg_temp.id('pending item', n * 3 + o), pg_temp.id('pending', n), pg_temp.id('operation', 60 + (n + 7 * o + 1 + n / 5000) % 60), pg_temp.id('version', 1), 'pending'
from generate_series(1, 10000) n, generate_series(0, 2) o;
insert into approval (item_id, role, requested_by, decision)
select i.id, 'owner', r.requested_by, 'pending' from access_request_item i join access_request r on r.id = i.access_request_id where i.decision = 'pending' and r.status = 'pending';
insert into item_routing (item_id, policy, rule, because) select item_id, 1, 'otherwise', 'An owner of the API approves.' from approval;

insert into notification (id, kind, subject, text, link, at)
select pg_temp.id('notification', r.number::int), 'access_requested', 'Access to API 1 v1', 'Three endpoints are asked for.', '/requests/' || r.number, r.requested_at
from access_request r where r.status = 'pending';
insert into inbox_entry (person_id, notification_id, at)
select current_setting('bench.owner')::uuid, id, at from notification;

-- What was called: every grant of the two, some lately, some long ago, some never; each day of four weeks for the first 1,000 consumers.
insert into grant_use (operation_id, environment, application_id, first_used_at, last_used_at)
select operation_id, environment, application_id, valid_from, now() - (row_number() over () % 100) * interval '1 day'
from access_grant where ended_at is null and (api_version_id = pg_temp.id('version', 1) or application_id = pg_temp.id('application', 1))
on conflict do nothing;
insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
select g.api_version_id, g.environment, a.client_id, o.bit_index, 'allowed', ''
from access_grant g join application a on a.id = g.application_id join operation o on o.id = g.operation_id
where g.ended_at is null and (g.api_version_id = pg_temp.id('version', 1) or g.application_id = pg_temp.id('application', 1))
on conflict do nothing;
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select 86400, s.id, date_trunc('day', now(), 'UTC') - d * interval '1 day', 100, 1, 90, 10 from call_series s, generate_series(0, 27) d;
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select 3600, s.id, date_trunc('hour', now()) - h * interval '1 hour', 10, 0, 9, 1 from call_series s, generate_series(0, 23) h;

-- So that a document can be published there.
update api_version set revision = 0 where id = pg_temp.id('version', 1);
update policy_head set revision = revision + 1;
set session_replication_role = origin;
analyze;
