-- What stands around the crowd, after crowd.sql, so that no page is measured empty: people in every team, guides, questions,
-- plans, calls, data planes and instances everywhere, a campaign's past, and a million events on the audit trail (whose chain
-- is another bench's: here they are rows).
set session_replication_role = replica;

insert into person (id, user_name, normalized_user_name, display_name, email, security_stamp, created_at)
select pg_temp.id('person', n), 'person-' || n, 'PERSON-' || n, 'Person ' || n, 'person-' || n || '@bank.example', '', now() - interval '300 days'
from generate_series(2, 3400) n;
insert into membership (team_id, person_id, role)
select pg_temp.id('team', 1 + n % 850), pg_temp.id('person', n), case when n < 1700 then 'owner' else 'developer' end from generate_series(2, 3400) n;
insert into person_session (id, person_id, secret_hash, created_at, last_seen_at, expires_at, source, user_agent)
select pg_temp.id('session', n), pg_temp.id('person', 2 + n % 3000), sha256(n::text::bytea), now() - interval '2 hours', now() - interval '1 hour', now() + interval '10 days', '10.0.0.1', 'Firefox on Linux'
from generate_series(1, 6000) n;
insert into personal_access_token (id, person_id, name, token_hash, hint, created_at, expires_at, scopes)
select pg_temp.id('token', n), current_setting('bench.owner')::uuid, 'Pipeline ' || n, sha256(n::text::bytea), 'mkt_' || n, now(), now() + interval '30 days', '{read}' from generate_series(1, 40) n;
insert into group_mapping (id, group_name, team_id, team_role, created_by, created_at)
select pg_temp.id('mapping', n), 'group-' || n, pg_temp.id('team', 1 + n % 850), 'developer', pg_temp.id('person', 1), now() from generate_series(1, 850) n;
insert into absence (id, person_id, delegate_id, "from", until, created_at)
select pg_temp.id('absence', n), current_setting('bench.owner')::uuid, pg_temp.id('person', 2 + n), now() + n * interval '10 days', now() + n * interval '10 days' + interval '5 days', now() from generate_series(1, 5) n;

insert into api_guide (id, api_id, slug, title, position, markdown, revision, updated_by, updated_at)
select pg_temp.id('guide', n), pg_temp.id('api', 1), 'guide-' || n, 'How to do ' || n, n, repeat(E'## A chapter\n\nCall `GET /resource-1` and *read* what it says. Then:\n\n- one\n- two\n\n', 60), 1, current_setting('bench.owner')::uuid, now()
from generate_series(1, 12) n;
insert into question (id, api_id, title, markdown, asked_by, asked_at)
select pg_temp.id('question', n), pg_temp.id('api', 1), 'How do I read resource ' || n || '?', 'The document does not say.', pg_temp.id('person', 2 + n % 3000), now() - (2000 - n) * interval '1 hour'
from generate_series(1, 2000) n;
insert into answer (id, question_id, markdown, answered_by, answered_at)
select pg_temp.id('answer', q * 20 + n), pg_temp.id('question', q), 'With **GET**, and the header that the guide names.', pg_temp.id('person', 2 + n), now() - interval '1 hour'
from generate_series(1, 2000) q, generate_series(1, 3) n where q < 2000 or n < 4;
insert into answer (id, question_id, markdown, answered_by, answered_at)
select pg_temp.id('late answer', n), pg_temp.id('question', 2000), 'With **GET**.', pg_temp.id('person', 2 + n), now() - interval '1 minute' from generate_series(1, 60) n;
insert into api_star (api_id, person_id, at) select pg_temp.id('api', n), current_setting('bench.owner')::uuid, now() from generate_series(1, 60) n;
insert into api_subscription (api_id, person_id, at) select pg_temp.id('api', 1), pg_temp.id('person', n), now() from generate_series(2, 1500) n;

insert into access_template (id, slug, team_id, title, description, updated_by, updated_at)
select pg_temp.id('template', n), 'reading-' || n, pg_temp.id('team', 2), 'Reading ' || n, 'What readers need.', current_setting('bench.owner')::uuid, now() from generate_series(1, 60) n;
insert into access_template_part (id, access_template_id, api_version_id, methods)
select pg_temp.id('template part', n), pg_temp.id('template', n), pg_temp.id('version', 1), '{GET}' from generate_series(1, 60) n;
insert into access_draft (id, person_id, application_id, environment, justification, until, revision, updated_at)
select pg_temp.id('draft', n), current_setting('bench.owner')::uuid, pg_temp.id('application', 1), 'production', 'To serve our customers.', (now() + interval '60 days')::date, 1, now() from generate_series(1, 20) n;
insert into access_draft_item (access_draft_id, operation_id)
select pg_temp.id('draft', n), pg_temp.id('operation', a * 60 + o) from generate_series(1, 20) n, generate_series(1500, 1504) a, generate_series(0, 9) o;
insert into access_request_comment (id, access_request_id, markdown, written_by, written_at)
select pg_temp.id('comment', n), pg_temp.id('pending', 1), 'What for, **exactly**?', pg_temp.id('person', 2 + n % 20), now() - n * interval '1 minute' from generate_series(1, 40) n;

-- Grants are old enough to be unused, and half of all carry a plan's limits.
insert into plan (id, api_id, name, title, description, environments, tags, is_default, revision, created_at)
select pg_temp.id('plan', a * 4 + p), pg_temp.id('api', a), 'plan-' || p, 'Plan ' || p, 'So many calls.', '{sandbox,production}', '{}', p = 0, 1, now()
from generate_series(0, 1040) a, generate_series(0, 3) p;
insert into plan_limits (plan_id, revision, rate, per, burst, quota, quota_window, made_at, made_by)
select id, 1, 100, 1, 50, 1000000, case when is_default then 'month' else 'day' end, now(), pg_temp.id('person', 1) from plan;
update access_grant g set granted_at = now() - interval '200 days', valid_from = now() - interval '200 days',
  plan_limits_id = (select l.id from plan p join plan_limits l on l.plan_id = p.id where p.is_default and p.api_id = (select api_id from api_version where id = g.api_version_id));

-- Every grant was called on each of fourteen days, a third of them not any more; data planes tell since 120 days ago.
insert into grant_use (operation_id, environment, application_id, first_used_at, last_used_at)
select operation_id, environment, application_id, valid_from, now() - case when n % 3 = 0 then interval '120 days' else n % 60 * interval '1 day' end
from (select g.*, row_number() over () as n from access_grant g where ended_at is null) numbered where n % 6 <> 3
on conflict do nothing;
create temporary table known as select id from call_series;
insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
select g.api_version_id, g.environment, a.client_id, o.bit_index, 'allowed', ''
from access_grant g join application a on a.id = g.application_id join operation o on o.id = g.operation_id where g.ended_at is null
on conflict do nothing;
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select 86400, s.id, date_trunc('day', now(), 'UTC') - d * interval '1 day', 100, 1, 90, 10 from call_series s, generate_series(0, 13) d where s.id > (select max(id) from known);
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select 86400, min(s.id), date_trunc('day', now(), 'UTC') - interval '120 days', 1, 0, 1, 0 from call_series s group by s.api_version_id, s.environment;
-- Of the API with the crowd: some are refused, and in its sandbox shadow mode lets through what it would refuse.
insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
select pg_temp.id('version', 1), 'production', 'application-' || n, n % 60, 'refused', 'operation_not_granted' from generate_series(2, 400) n
union all select pg_temp.id('version', 1), 'sandbox', 'application-' || n, n % 60, 'let_through', 'operation_not_granted' from generate_series(2, 2000) n;
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select span.seconds, s.id, date_trunc('hour', now(), 'UTC') - d * make_interval(secs => span.seconds), 10, 0, 9, 1
from call_series s, generate_series(0, 23) d, (values (60), (3600)) span (seconds) where s.decision <> 'allowed';
insert into call_usage (span, series_id, start, count, errors, ms_5, ms_20)
select 86400, s.id, date_trunc('day', now(), 'UTC') - d * interval '1 day', 240, 0, 216, 24 from call_series s, generate_series(0, 4) d where s.decision <> 'allowed';
insert into shadow_mode (api_version_id, environment, until, reason, asked_at, asked_by, began_at, allowed_by)
select pg_temp.id('version', n), 'sandbox', now() + interval '10 days', 'To see who calls.', now() - interval '5 days', pg_temp.id('person', 2), now() - interval '5 days', pg_temp.id('person', 3) from generate_series(1, 60) n;
insert into unmatched_call (api_version_id, environment, client_id, method, path, reason, count, first_seen_at, last_seen_at)
select pg_temp.id('version', 1), 'sandbox', 'application-' || n, 'GET', '/unknown-' || n, 'no_match', 10, now() - interval '3 days', now() from generate_series(2, 1000) n;
insert into line_hour (api_version_id, environment, start, calls, refused, ms)
select pg_temp.id('version', a), 'production', date_trunc('hour', now()) - h * interval '1 hour', 1000, 10, array_fill(70::bigint, array[14])
from generate_series(0, 99) a, generate_series(1, 840) h;
insert into call_anomaly (api_version_id, environment, measure, is_above, from_at, until_at, raised_at, is_open, is_by_week, seen, expected, low, high)
select pg_temp.id('version', n % 400), 'production', 'traffic', true, date_trunc('hour', now()) - n * interval '1 hour', date_trunc('hour', now()) - n * interval '1 hour' + interval '1 hour', now() - n * interval '1 hour',
  n < 60, true, 5000, 1000, 500, 2000 from generate_series(1, 3000) n;
update anomaly_run set judged_until = date_trunc('hour', now());

insert into data_plane (api_version_id, environment, client_id, instance, revision, first_seen_at, seen_at)
select pg_temp.id('version', a), 'production', 'application-' || 2 + a % 2000, 'pod-' || i, (select revision from policy_head), now() - interval '30 days', now() + interval '2 hours'
from generate_series(0, 2082) a, generate_series(1, case when a = 1 then 60 else 2 end) i;
insert into data_plane_revision (api_version_id, environment, client_id, instance, revision, enforced_at)
select api_version_id, environment, client_id, instance, revision, first_seen_at from data_plane;
insert into service_instance (api_version_id, environment, client_id, instance, url, zone, version, weight, state, lease_seconds, registered_at, renewed_at)
select api_version_id, environment, client_id, instance, 'https://' || instance || '.bank.example', 'a', '1.0', 100, 'ready', 300, now(), now() + interval '2 hours' from data_plane;
insert into control_refusal (day, kind, client_id, reason, count, last_at, detail)
select current_date - n % 30, 'usage', 'application-' || n, 'not_a_data_plane', 5, now() - n * interval '1 hour', 'It protects nothing.' from generate_series(2, 2000) n;
insert into policy_change (revision, position, kind, api_version_id, environment, at)
select (select revision from policy_head), n, 'grants', pg_temp.id('version', n % 2083), 'production', now() - interval '1 day' from generate_series(1, 5000) n;
insert into token_usage (minute, application_id, audience, reason, detail, count)
select date_trunc('hour', now()) - h * interval '1 hour', pg_temp.id('application', 1 + n), 'urn:marketplace:api-' || n || ':v1:production', '', '', 60 from generate_series(0, 47) h, generate_series(1, 2000) n;

insert into webhook (id, team_id, url, description, event_types, secret, created_by, created_at, disabled_at, disabled_why, failures, next_at)
select pg_temp.id('webhook', n), pg_temp.id('team', 2), 'https://receiver.example/hook-' || n, 'Ours', '{}', sha256(n::text::bytea), current_setting('bench.owner')::uuid, now(), now(), 'by_hand', 0, now() from generate_series(1, 10) n;
insert into webhook_delivery (webhook_id, notification_id, at, state, next_at, attempts, began_at, tried_at, status, answer)
select pg_temp.id('webhook', 1), id, at, 'delivered', at, 1, at, at, 204, '' from notification;
insert into mail (id, person_id, cadence, at, state, next_at, attempts, answer, ended_at)
select pg_temp.id('mail', n), pg_temp.id('person', 2 + n % 3000), 'at_once', now() - n * interval '1 minute', case when n % 10 = 0 then 'given_up' else 'sent' end, now(), 1, '250 ok', now() from generate_series(1, 20000) n;

insert into narrowing_request (id, application_id, api_version_id, environment, asked_by, asked_at)
select pg_temp.id('narrowing', n), pg_temp.id('application', n), pg_temp.id('version', 1), 'production', current_setting('bench.owner')::uuid, now() from generate_series(100, 400) n;
insert into narrowing_item (narrowing_request_id, grant_id)
select pg_temp.id('narrowing', n), g.id from generate_series(100, 400) n join access_grant g on g.application_id = pg_temp.id('application', n) and g.api_version_id = pg_temp.id('version', 1) and g.ended_at is null;

insert into spec_revision (id, api_version_id, number, title, document_version, openapi, format, original, document, sha256, operation_count, published_by, published_at)
select pg_temp.id('revision', a), pg_temp.id('version', a), 1, 'API ' || a, '1.0.0', '3.1.0', 'json', '{}', '{}', sha256(a::text::bytea), 60, pg_temp.id('person', 1), now() from generate_series(0, 2082) a where a <> 1;
insert into spec_score (spec_revision_id, api_version_id, number, ruleset, score, errors, warnings, infos, hints)
select pg_temp.id('revision', a), pg_temp.id('version', a), 1, 0, a % 101, a % 7, a % 40, 3, 3 from generate_series(0, 2082) a where a <> 1;
insert into spec_finding (spec_revision_id, rule, severity, count, messages, pointers, lines, columns)
select pg_temp.id('revision', a), r.rule, 'warn', 30, array_fill('A sentence.'::text, array[30]), array_fill('/paths'::text, array[30]), array_fill(1, array[30]), array_fill(1, array[30])
from generate_series(0, 2082) a, unnest(array['operation-description', 'operation-tags', 'info-contact', 'operation-success-response', 'oas3-api-servers', 'tag-description']) r (rule) where a <> 1;

insert into access_request (id, application_id, environment, justification, until, status, requested_by, requested_at, closed_at)
select pg_temp.id('emergency request', n), pg_temp.id('application', 1 + n % 5000), 'production', 'Payments stand still.', now() + interval '2 hours', 'decided', current_setting('bench.owner')::uuid, now(), now() from generate_series(1, 400) n;
insert into emergency_access (id, access_request_id, application_id, api_version_id, environment, endpoints, incident, reason, policy, sentence, taken_by, taken_with, taken_at, until, told, tell_at)
select pg_temp.id('emergency', n), pg_temp.id('emergency request', n), pg_temp.id('application', 1 + n % 5000), pg_temp.id('version', 1), 'production', 1, 'INC-' || n, 'Payments stand still.', 1, 'break glass',
  current_setting('bench.owner')::uuid, array[current_setting('bench.owner')::uuid], now() - interval '1 hour', now() + interval '2 hours', 1, now() + interval '1 day' from generate_series(1, 400) n;

-- The trail: half of it about the team with the crowd and what it has.
insert into audit_event (sequence, at, actor_id, actor, source, channel, action, subject_kind, subject_id, subject, reason, content, previous_hash, hash)
select h.sequence + n, now() - interval '700 days' + n * interval '1 minute', case when n % 50 = 0 then current_setting('bench.owner')::uuid else pg_temp.id('person', 2 + n % 3000) end, 'person-' || 2 + n % 3000,
  '10.0.0.1', 'portal', (array['grant.revoked', 'access_request.submitted', 'access_request.decided', 'api.published', 'application.registered', 'credential.added'])[1 + n % 6],
  (array['grant', 'access_request', 'api', 'application'])[1 + n % 4], pg_temp.id('subject', n % 5000)::text, 'Application ' || n % 5000 || ' → API ' || n % 2083 || ' v1',
  'Because of ticket ' || n % 10000, '{"sequence":' || h.sequence + n || ',"details":{"before":{"until":"2026-12-31"},"after":null}}', sha256(n::text::bytea), sha256((n + 1)::text::bytea)
from audit_head h, generate_series(1, 1000000) n;
insert into audit_about (kind, id, sequence)
select 'team', pg_temp.id('team', case when sequence % 2 = 0 then 2 else 1 + (sequence % 850)::int end), sequence from audit_event where source = '10.0.0.1'
union all select 'api', pg_temp.id('api', case when sequence % 2 = 0 then 1 else (sequence % 2083)::int end), sequence from audit_event where source = '10.0.0.1'
union all select 'application', pg_temp.id('application', case when sequence % 4 = 0 then 1 else 1 + (sequence % 5000)::int end), sequence from audit_event where source = '10.0.0.1';
update audit_head h set sequence = e.sequence, hash = e.hash from (select sequence, hash from audit_event order by sequence desc limit 1) e;
insert into audit_checkpoint (sequence, hash, at, kid, token)
select sequence, hash, at, 'bench', '' from audit_event where sequence % 5000 = 0;
set session_replication_role = origin;
analyze;
