-- Why nobody can be granted an operation: no data plane can tell its requests from others. Null for most.
alter table operation add column not_enforceable text;

-- What the search box searches: one row per published operation, and one (without operation) per line.
-- Words of the API stand in each of its operations, so that "payments status" needs no join to match.
create table search_entry (
  api_version_id uuid not null references api_version,
  operation_id uuid references operation,
  words tsvector not null,
  unique nulls not distinct (api_version_id, operation_id)
);
create index search_entry_words on search_entry using gin (words);
create index search_entry_operation on search_entry (operation_id);
create index operation_current on operation (api_version_id, path, method) where removed_in is null;

grant select, insert, update, delete on search_entry to marketplace_governance;
