-- Rulesets, as a platform team writes them: every version stays.
create table ruleset (
  number int primary key check (number > 0),
  text text not null,
  reason text not null,
  written_by uuid not null references person,
  written_at timestamptz not null
);
-- Which one holds since when; the newest row counts. Without a row, the built-in one does: number 0.
create table ruleset_effect (
  sequence int primary key check (sequence > 0),
  ruleset int not null references ruleset,
  reason text not null,
  put_by uuid not null references person,
  put_at timestamptz not null
);

-- What a ruleset made of a revision.
create table spec_score (
  spec_revision_id uuid primary key references spec_revision,
  api_version_id uuid not null references api_version,
  number int not null,
  ruleset int not null,
  score int not null check (score between 0 and 100),
  errors int not null,
  warnings int not null,
  infos int not null,
  hints int not null,
  unique (api_version_id, number)
);
-- One row per rule that found something: how often, and where, up to the thousand places that are kept.
create table spec_finding (
  spec_revision_id uuid not null references spec_revision,
  rule text not null,
  severity text not null check (severity in ('hint', 'info', 'warn', 'error')),
  count int not null check (count > 0),
  messages text[] not null,
  pointers text[] not null,
  lines int[] not null,
  columns int[] not null,
  primary key (spec_revision_id, rule)
);

-- A ruleset held against the newest revision of every line: tried, or written down once it is in effect.
create table ruleset_run (
  id uuid primary key,
  ruleset int not null,
  kind text not null check (kind in ('trial', 'effect')),
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  done int not null default 0,
  total int not null default 0,
  asked_by uuid references person,
  asked_at timestamptz not null,
  -- A replica that ended in the middle stops telling; another takes over.
  told_at timestamptz,
  finished_at timestamptz
);
create index ruleset_run_open on ruleset_run (asked_at) where state in ('waiting', 'running');
-- Two who ask for the same at once get the same run.
create unique index ruleset_run_once on ruleset_run (ruleset, kind) where state in ('waiting', 'running');
create table ruleset_run_line (
  run_id uuid not null references ruleset_run,
  api_version_id uuid not null references api_version,
  errors_before int not null,
  errors_after int not null,
  score_before int not null,
  score_after int not null,
  -- The rules whose errors are new.
  rules text[] not null,
  primary key (run_id, api_version_id)
);

grant select, insert on ruleset, ruleset_effect to marketplace_governance;
grant select, insert, update, delete on spec_score, spec_finding, ruleset_run, ruleset_run_line to marketplace_governance;
