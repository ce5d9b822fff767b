-- Noted by the token plane every few seconds.
alter table application_credential add column last_used_at timestamptz;
grant update (last_used_at) on application_credential to marketplace_token;
