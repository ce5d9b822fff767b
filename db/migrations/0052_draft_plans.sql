-- Under which plan of its API an endpoint is to be asked for; null: the API's default.
alter table access_draft_item add column plan text check (length(plan) between 1 and 100);
