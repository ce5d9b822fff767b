-- Who approves access, as text: every version stays.
create table approval_policy (
  number int primary key check (number > 0),
  text text not null,
  note text not null,
  -- Null for the one that the marketplace brings.
  written_by uuid references person,
  written_at timestamptz not null,
  unique (number, written_by)
);

-- Which one decides since when; the newest row counts.
create table approval_policy_effect (
  sequence int primary key check (sequence > 0),
  policy int not null references approval_policy,
  written_by uuid,
  reason text not null,
  put_by uuid references person,
  put_at timestamptz not null,
  foreign key (policy, written_by) references approval_policy (number, written_by),
  -- Four eyes, whatever the application thinks: nobody puts an own text into effect.
  check (put_by <> written_by),
  check ((put_by is null) = (sequence = 1))
);

-- What a policy would have done with the requests of a month.
create table approval_policy_trial (
  id uuid primary key,
  policy int not null references approval_policy,
  against int not null,
  since timestamptz not null,
  tried_by uuid not null references person,
  tried_at timestamptz not null,
  requests int not null,
  endpoints int not null,
  changed int not null,
  result text not null
);
create index approval_policy_trial_newest on approval_policy_trial (policy, tried_at desc);
-- Requests of a month are read by when they were made.
create index access_request_requested on access_request (requested_at);

-- A version never changes: the application has no right to.
grant select, insert on approval_policy, approval_policy_effect, approval_policy_trial to marketplace_governance;

insert into approval_policy (number, text, note, written_by, written_at) values (1, $policy$# Who approves access to an endpoint.
#
# The first rule that fits decides. Whoever asked never approves, and nobody approves an endpoint twice.
# Facts: classification, method, environment, api, api_team, application_team, tag, endpoints, endpoints_of_api, days,
# same_team, deprecated. Approvers: automatic, or owner, security_officer, platform.

rule "Sandbox" when environment = sandbox
  then automatic

rule "Public data" when classification = public and method in (GET, HEAD)
  then automatic

rule "Restricted" when classification = restricted
  then owner, security_officer, platform
  escalate after 5 days to security_officer

rule "Confidential" when classification = confidential
  then owner, security_officer
  escalate after 5 days to security_officer

otherwise
  then owner
  escalate after 3 days to security_officer

# A case holds for every request that it speaks of, whatever else is true of it.

test "anybody may try the sandbox": environment = sandbox
  expects automatic

test "what is public can be read without asking": classification = public, method = GET, environment = production
  expects automatic

test "who changes what is public asks its owner": classification = public, method = POST, environment = production
  expects owner

test "the owner decides for internal data": classification = internal, environment = production
  expects owner by otherwise

test "confidential data in production needs two people": classification = confidential, environment = production
  expects owner, security_officer

test "the platform can veto restricted data": classification = restricted, environment = production
  expects at least platform by "Restricted"
$policy$, 'The policy that a new marketplace begins with.', null, now());

insert into approval_policy_effect (sequence, policy, written_by, reason, put_by, put_at)
values (1, 1, null, 'A new marketplace needs one.', null, now());
