-- Each replica of the governance plane searches an index of its own in memory (docs/decisions/0015).
drop table search_entry;

-- What the document says of itself, cut to what searching uses, so that building the index parses no documents.
alter table spec_revision add column description text not null default '';
update spec_revision set description = left(coalesce(document::json -> 'info' ->> 'description', ''), 3000);
