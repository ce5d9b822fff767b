-- Guides in markdown with an API, in their team's order.
create table api_guide (
  id uuid primary key,
  api_id uuid not null references api,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
  title text not null,
  position int not null,
  markdown text not null,
  -- Of two who save at once, one finds it changed.
  revision int not null,
  updated_by uuid not null references person,
  updated_at timestamptz not null,
  unique (api_id, slug)
);

-- Questions on an API and their answers. What is removed is shown to nobody and stays for the audit trail.
create table question (
  id uuid primary key,
  number bigint generated always as identity unique,
  api_id uuid not null references api,
  title text not null,
  markdown text not null,
  asked_by uuid not null references person,
  asked_at timestamptz not null,
  edited_at timestamptz,
  accepted_answer_id uuid,
  removed_at timestamptz
);
create index question_of_api on question (api_id, number desc) where removed_at is null;

create table answer (
  id uuid primary key,
  question_id uuid not null references question,
  markdown text not null,
  answered_by uuid not null references person,
  answered_at timestamptz not null,
  edited_at timestamptz,
  removed_at timestamptz,
  unique (question_id, id)
);
-- An answer to another question cannot be accepted.
alter table question add foreign key (id, accepted_answer_id) references answer (question_id, id);

grant select, insert, update, delete on api_guide to marketplace_governance;
grant select, insert, update on question, answer to marketplace_governance;
