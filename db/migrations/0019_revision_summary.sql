-- What a revision changed against the one before it, as it was judged when it was published, so that lists never compare again.
-- The first revision of a line has none.
create table revision_summary (
  spec_revision_id uuid primary key references spec_revision,
  verdict text not null check (verdict in ('compatible', 'dangerous', 'breaking')),
  breaking int not null,
  dangerous int not null,
  compatible int not null,
  -- The worst 200: kind, verdict, where, a sentence, and the endpoints touched.
  changes jsonb not null,
  -- How many held a grant for what broke, then.
  applications int not null,
  teams int not null,
  -- Why an owner published it although it breaks a line that others rely on.
  override_reason text check (char_length(override_reason) between 10 and 1000)
);

grant select, insert on revision_summary to marketplace_governance;
