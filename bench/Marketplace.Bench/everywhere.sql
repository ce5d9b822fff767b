-- After load.sql: application-2 holds the last operation of every API besides.
set session_replication_role = replica;

insert into access_request_item (id, access_request_id, operation_id, api_version_id, decision, decided_by, decided_at)
select pg_temp.id('item everywhere', a), pg_temp.id('request', 2), pg_temp.id('operation', a * 60 + 59), pg_temp.id('version', a), 'approved', pg_temp.id('person', 1), now()
from generate_series(0, current_setting('bench.apis')::int - 1) a
where not exists (select from load where application = 2 and api = a and operation = 59);

insert into access_grant (id, application_id, operation_id, api_version_id, environment, access_request_item_id, valid_from, valid_until, granted_by, granted_at)
select pg_temp.id('grant everywhere', a), pg_temp.id('application', 2), pg_temp.id('operation', a * 60 + 59), pg_temp.id('version', a),
  'production', pg_temp.id('item everywhere', a), now(), now() + interval '1 year', pg_temp.id('person', 1), now()
from generate_series(0, current_setting('bench.apis')::int - 1) a
where not exists (select from load where application = 2 and api = a and operation = 59);

set session_replication_role = origin;
