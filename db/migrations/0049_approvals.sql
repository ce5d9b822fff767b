-- Each word that an endpoint of a request needs: an item is approved when all its approvals are.
create table approval (
  item_id uuid not null references access_request_item,
  role text not null check (role in ('owner', 'security_officer', 'platform')),
  requested_by uuid not null references person,
  decision text not null check (decision in ('pending', 'approved', 'denied')),
  person_id uuid references person,
  on_behalf_of uuid references person,
  reason text,
  at timestamptz,
  primary key (item_id, role),
  check ((decision = 'pending') = (person_id is null)),
  check ((decision = 'pending') = (at is null)),
  check (on_behalf_of is null or person_id is not null),
  -- Whoever asked never approves, by nobody's hand.
  check (person_id <> requested_by and on_behalf_of <> requested_by)
);
create index approval_pending on approval (role, item_id) where decision = 'pending';

-- Who has had a hand in an endpoint, in which role: its key keeps everybody from a second one, also as somebody else's stand-in.
create table approval_party (
  item_id uuid not null references access_request_item,
  person_id uuid not null references person,
  role text not null,
  primary key (item_id, person_id),
  unique (item_id, person_id, role)
);
alter table approval
  add foreign key (item_id, person_id, role) references approval_party (item_id, person_id, role) deferrable initially deferred,
  add foreign key (item_id, on_behalf_of, role) references approval_party (item_id, person_id, role) deferrable initially deferred;

create table item_routing (
  item_id uuid primary key references access_request_item,
  policy int not null references approval_policy,
  rule text not null,
  because text not null,
  escalate_at timestamptz,
  escalate_to text check (escalate_to in ('owner', 'security_officer', 'platform')),
  escalated_at timestamptz
);
create index item_routing_due on item_routing (escalate_at) where escalate_at is not null and escalated_at is null;

-- A person is away; another gives their approvals meanwhile.
create table absence (
  id uuid primary key,
  person_id uuid not null references person,
  delegate_id uuid not null references person,
  "from" timestamptz not null,
  until timestamptz not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  check (person_id <> delegate_id),
  check (until > "from")
);
create index absence_person on absence (person_id, until);
create index absence_delegate on absence (delegate_id, until) where ended_at is null;

-- What waited before there were rules goes on waiting for an owner.
insert into approval (item_id, role, requested_by, decision)
select i.id, 'owner', r.requested_by, 'pending'
from access_request_item i join access_request r on r.id = i.access_request_id where i.decision = 'pending' and r.status = 'pending';
insert into item_routing (item_id, policy, rule, because)
select item_id, 1, 'otherwise', 'It was asked for before there was an approval policy: an owner of the API approves.' from approval;

-- The policy may be the approver: then no person decided.
alter table access_request_item drop constraint access_request_item_check;
alter table access_request_item add check ((decision = 'pending') = (decided_at is null)), add check (decided_by is null or decided_at is not null);
alter table access_grant alter granted_by drop not null;

grant select, insert, update on approval, item_routing, absence to marketplace_governance;
grant select, insert on approval_party to marketplace_governance;
