-- What the two sides of a request say to each other. A part of its record: nothing is changed or removed.
create table access_request_comment (
  id uuid primary key,
  access_request_id uuid not null references access_request,
  markdown text not null,
  written_by uuid not null references person,
  written_at timestamptz not null
);
create index access_request_comment_request on access_request_comment (access_request_id, written_at);
create index access_request_comment_person on access_request_comment (written_by, written_at);

grant select, insert on access_request_comment to marketplace_governance;
