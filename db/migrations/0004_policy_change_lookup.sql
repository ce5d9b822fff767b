-- A snapshot's revision is the newest change that concerns it.
create index policy_change_line on policy_change (api_version_id, environment, revision);
create index policy_change_application on policy_change (application_id, revision) where api_version_id is null;
