-- A marketplace of bench.applications applications with bench.grants open grants, spread evenly, over bench.apis APIs of 60
-- operations each. Rows are written as the use cases would have left them; identifiers are derived, so
-- that none is looked up, and grow, as ours do.
set session_replication_role = replica;

create function pg_temp.id(kind text, n int) returns uuid immutable language sql
  return (left(md5(kind), 8) || lpad(to_hex(n), 24, '0'))::uuid;

insert into person (id, user_name, normalized_user_name, display_name, security_stamp, created_at)
values (pg_temp.id('person', 1), 'loader', 'LOADER', 'Loader', 'loader', now());

insert into team (id, name, title, created_at)
select pg_temp.id('team', t), 'team-' || t, 'Team ' || t, now() from generate_series(1, 850) t;

insert into api (id, name, title, summary, team_id, classification, created_at)
select pg_temp.id('api', a), 'api-' || a, 'API ' || a, '', pg_temp.id('team', 1 + a % 850), 'internal', now() from generate_series(0, current_setting('bench.apis')::int - 1) a;

insert into api_version (id, api_id, version, lifecycle, revision, next_bit_index, created_at)
select pg_temp.id('version', a), pg_temp.id('api', a), 'v1', 'published', 1, 60, now() from generate_series(0, current_setting('bench.apis')::int - 1) a;

insert into audience (api_version_id, environment, uri)
select pg_temp.id('version', a), e.name, 'urn:marketplace:api-' || a || ':v1:' || e.name from generate_series(0, current_setting('bench.apis')::int - 1) a, environment e;

insert into operation (id, api_version_id, key, bit_index, method, path, summary, description, tags, deprecated, added_in)
select pg_temp.id('operation', a * 60 + o), pg_temp.id('version', a),
  case o when 0 then 'createPayment' when 1 then 'getPayment' else 'operation' || o end, o, 'GET', '/resource-' || o, '', '', '{}', false, 1
from generate_series(0, current_setting('bench.apis')::int - 1) a, generate_series(0, 59) o;

insert into application (id, client_id, name, description, team_id, created_by, created_at)
select pg_temp.id('application', n), case n when 1 then 'orders' else 'application-' || n end, 'Application ' || n, '',
  pg_temp.id('team', 1 + n % 850), pg_temp.id('person', 1), now()
from generate_series(1, current_setting('bench.applications')::int) n;

insert into application_credential (id, application_id, kind, label, secret_hash, hint, created_by, created_at)
select pg_temp.id('secret', n), pg_temp.id('application', n), 'secret', 'first',
  decode(current_setting('bench.secret'), 'hex'), '', pg_temp.id('person', 1), now()
from generate_series(1, current_setting('bench.applications')::int) n;

insert into application_credential (id, application_id, kind, label, public_jwk, hint, created_by, created_at)
values (pg_temp.id('key', 1), pg_temp.id('application', 1), 'public_key', 'second', current_setting('bench.jwk'), '', pg_temp.id('person', 1), now());

insert into access_request (id, application_id, environment, justification, until, status, requested_by, requested_at, closed_at)
select pg_temp.id('request', n), pg_temp.id('application', n), 'production', '', now() + interval '1 year',
  'decided', pg_temp.id('person', 1), now(), now()
from generate_series(1, current_setting('bench.applications')::int) n;

create temporary table load as
select g as "grant", n as application, (n + turn / 60) % current_setting('bench.apis')::int as api, turn % 60 as operation
from (
  select g, 1 + g % current_setting('bench.applications')::int as n, g / current_setting('bench.applications')::int as turn
  from generate_series(0, current_setting('bench.grants')::int - 1) g
) spread;

insert into access_request_item (id, access_request_id, operation_id, api_version_id, decision, decided_by, decided_at)
select pg_temp.id('item', "grant"), pg_temp.id('request', application), pg_temp.id('operation', api * 60 + operation), pg_temp.id('version', api), 'approved', pg_temp.id('person', 1), now()
from load;

insert into access_grant (id, application_id, operation_id, api_version_id, environment, access_request_item_id, valid_from, valid_until, granted_by, granted_at)
select pg_temp.id('grant', "grant"), pg_temp.id('application', application), pg_temp.id('operation', api * 60 + operation), pg_temp.id('version', api),
  'production', pg_temp.id('item', "grant"), now(), now() + interval '1 year', pg_temp.id('person', 1), now()
from load;

update policy_head set revision = revision + 1;
set session_replication_role = origin;
analyze;
