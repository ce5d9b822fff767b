-- When a team was told that something is wrong with one of its key sets: once for each time that it goes wrong.
alter table client_key_set add column told_at timestamptz;
