-- Access taken in an incident without waiting for approvers, by the approval policy's leave. Somebody of another team says
-- afterwards whether it was one; until then they are reminded.
create table emergency_access (
  id uuid primary key,
  number bigint generated always as identity unique,
  access_request_id uuid not null unique references access_request,
  application_id uuid not null references application,
  api_version_id uuid not null references api_version,
  environment text not null references environment,
  endpoints int not null,
  incident text not null,
  reason text not null,
  policy int not null references approval_policy,
  sentence text not null,
  taken_by uuid not null references person,
  taken_at timestamptz not null,
  until timestamptz not null,
  ended_at timestamptz,
  ended_by uuid references person,
  end_reason text,
  outcome text check (outcome in ('justified', 'not_justified')),
  review text,
  reviewed_by uuid references person,
  reviewed_at timestamptz,
  told int not null,
  tell_at timestamptz,
  check (until > taken_at),
  -- Whatever the application thinks: nothing lasts longer.
  check (until <= taken_at + interval '24 hours'),
  check (num_nulls(ended_at, ended_by, end_reason) in (0, 3)),
  check (num_nulls(outcome, review, reviewed_by, reviewed_at) in (0, 4)),
  -- Never closed silently: it is told of until somebody has answered.
  check ((outcome is null) = (tell_at is not null)),
  check (reviewed_by <> taken_by)
);
create index emergency_access_application on emergency_access (application_id, number);
create index emergency_access_line on emergency_access (api_version_id, number);
create index emergency_access_person on emergency_access (taken_by, until);
create index emergency_access_until on emergency_access (until);
create index emergency_access_due on emergency_access (tell_at) where tell_at is not null;
grant select, insert, update on emergency_access to marketplace_governance;

-- What was taken so, and as what somebody ended a grant.
alter table access_grant
  add column emergency_id uuid references emergency_access,
  add column ended_as text check (ended_as in ('team', 'owner', 'security_officer'));
create index access_grant_emergency on access_grant (emergency_id) where emergency_id is not null;

-- A new marketplace begins with a policy that has a sentence for it. One that is in use says what its people wrote: where
-- nothing is said of emergencies, nobody takes any.
update approval_policy set text = text || $policy$
# In an incident, a team takes access at once, for hours, and others look at it afterwards. What stands in no such
# sentence, nobody takes.
break glass for public, internal, confidential in production up to 4 hours

test "nobody takes restricted data": classification = restricted
  expects no break glass

test "an incident in production does not wait": classification = internal, environment = production
  expects break glass
$policy$
where number = 1 and written_by is null and not exists (select from access_request);
