-- The audit trail is searched by whom, what, when and what it is about, at a million events and more: each filter has an
-- index that ends in the sequence, by which the list goes on.

-- By which door somebody came: portal, rest, system. Unknown for events from before.
alter table audit_event add channel text;

-- The words of an event, as people look for them: the beginnings of all words that were typed.
create function audit_words(typed text) returns text language sql immutable parallel safe as $$
  select regexp_replace(lower(typed), '[^[:alnum:]]+', ' ', 'g')
$$;
create function audit_query(typed text) returns tsquery language sql immutable parallel safe as $$
  select to_tsquery('simple', string_agg(word || ':*', ' & ')) from string_to_table(trim(audit_words(typed)), ' ') word where word <> ''
$$;
alter table audit_event add words tsvector generated always as (
  to_tsvector('simple', audit_words(actor || ' ' || action || ' ' || subject || ' ' || coalesce(reason, '')))) stored;
create index audit_event_words on audit_event using gin (words);
create index audit_event_action on audit_event (action, sequence desc);
create index audit_event_kind on audit_event (subject_kind, sequence desc);
create index audit_event_actor on audit_event (actor_id, sequence desc);
create index audit_event_at on audit_event (at, sequence);

-- Which APIs, applications and teams an event is about, also where its subject is a grant or a request of theirs. The
-- event's content says the same, since this table exists; for older ones it was found out once, here.
create table audit_about (
  kind text not null check (kind in ('api', 'application', 'team')),
  id uuid not null,
  sequence bigint not null,
  primary key (kind, id, sequence)
);
create index audit_about_sequence on audit_about (sequence);

create temporary table about_before on commit drop as
select sequence, subject_kind, subject_id, case when subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then subject_id::uuid end as id
from audit_event where subject_kind in ('api', 'api_version', 'application', 'team', 'grant', 'access_request');
create temporary table about_parts on commit drop as
select sequence, 'api' as kind, id from about_before where subject_kind = 'api'
union select sequence, 'application', id from about_before where subject_kind = 'application'
union select sequence, 'team', id from about_before where subject_kind = 'team'
union select b.sequence, 'api', v.api_id from about_before b join api_version v on b.subject_kind = 'api_version' and v.id = b.id
union select b.sequence, 'application', g.application_id from about_before b join access_grant g on b.subject_kind = 'grant' and g.id = b.id
union select b.sequence, 'api', v.api_id from about_before b join access_grant g on b.subject_kind = 'grant' and g.id = b.id
  join operation o on o.id = g.operation_id join api_version v on v.id = o.api_version_id
union select b.sequence, 'application', r.application_id from about_before b join access_request r on b.subject_kind = 'access_request' and r.number::text = b.subject_id
union select b.sequence, 'api', v.api_id from about_before b join access_request r on b.subject_kind = 'access_request' and r.number::text = b.subject_id
  join access_request_item i on i.access_request_id = r.id join operation o on o.id = i.operation_id join api_version v on v.id = o.api_version_id;
insert into audit_about (kind, id, sequence)
select kind, id, sequence from about_parts where id is not null
union select 'team', a.team_id, p.sequence from about_parts p join api a on p.kind = 'api' and a.id = p.id
union select 'team', a.team_id, p.sequence from about_parts p join application a on p.kind = 'application' and a.id = p.id;

-- Where the chain stood, signed: who keeps one outside notices when the chain is written anew, or cut off.
create table audit_checkpoint (
  sequence bigint primary key,
  hash bytea not null,
  at timestamptz not null,
  kid text not null,
  token text not null
);

grant select, insert on audit_about, audit_checkpoint to marketplace_governance;

-- The key under which checkpoints and statements are signed. Governance has no right to the keys of tokens; this one
-- is its own, and lives as long as what it signed is looked at. Sealed under the master key: who can write here and has
-- not that one adds no key that counts.
create table audit_key (
  kid text primary key,
  private_key bytea not null,
  created_at timestamptz not null
);
grant select, insert on audit_key to marketplace_governance;
