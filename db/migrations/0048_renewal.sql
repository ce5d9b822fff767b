-- Whom we told that access ends, once for each application, line, environment and day of the end, and each distance from it.
create table renewal_reminder (
  application_id uuid not null references application,
  api_version_id uuid not null references api_version,
  environment text not null references environment,
  ends_on date not null,
  days int not null,
  told_at timestamptz not null,
  primary key (application_id, api_version_id, environment, ends_on, days)
);
grant select, insert on renewal_reminder to marketplace_governance;
create index access_grant_open_until on access_grant (valid_until) where ended_at is null;
