-- A campaign over a hundred thousand grants is put together step by step, after it was opened: as it stood then.
alter table campaign
  -- Whose own APIs it is about, where an owner opened it.
  add column of_owner uuid references person (id),
  add column gathered_at timestamptz,
  add column gathered int not null default 0,
  -- The last application whose grants are in campaign_gathering.
  add column gathered_after uuid;
update campaign set gathered_at = opened_at, gathered = items;
alter table campaign alter gathered drop default;
create index campaign_gathering_next on campaign (opened_at) where gathered_at is null;

-- What is known of each grant then, until all are there and get their order in campaign_item.
create table campaign_gathering (
  campaign_id uuid not null references campaign (id),
  grant_id uuid not null references access_grant (id),
  use text not null,
  last_used_at timestamptz,
  calls_30 bigint not null,
  calls_90 bigint not null
);
create index campaign_gathering_campaign on campaign_gathering (campaign_id);
grant select, insert, delete on campaign_gathering to marketplace_governance;
