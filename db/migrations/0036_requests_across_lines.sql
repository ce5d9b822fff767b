-- One request may ask for endpoints of several lines: each item says of which.
alter table access_request_item add column api_version_id uuid references api_version;
update access_request_item i set api_version_id = o.api_version_id from operation o where o.id = i.operation_id;
alter table access_request_item alter column api_version_id set not null;
create index access_request_item_pending on access_request_item (api_version_id) where decision = 'pending';
create index access_request_pending_number on access_request (number) where status = 'pending';

-- Its index goes with it.
alter table access_request drop column api_version_id;
