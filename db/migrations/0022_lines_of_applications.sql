-- A snapshot's revision is that of the newest change to any application that has, or had, a grant in it: ended grants count.
drop index access_grant_version;
create index access_grant_version on access_grant (api_version_id, environment, application_id);
