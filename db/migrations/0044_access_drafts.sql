-- What somebody is still putting together: no request yet, seen by nobody else, and nothing is reserved by it.
create table access_draft (
  id uuid primary key,
  number bigint generated always as identity unique,
  person_id uuid not null references person,
  application_id uuid references application on delete set null,
  environment text references environment,
  justification text not null,
  until date,
  -- Of two who change it at once, one finds it changed.
  revision int not null,
  updated_at timestamptz not null
);
create index access_draft_person on access_draft (person_id, updated_at desc);

create table access_draft_item (
  access_draft_id uuid not null references access_draft on delete cascade,
  operation_id uuid not null references operation,
  primary key (access_draft_id, operation_id)
);

grant select, insert, update, delete on access_draft, access_draft_item to marketplace_governance;
