-- Personal data does not stay for ever. Content older than the years that were agreed is erased, by two people; number
-- and hashes stay, so that the chain goes on to hold, and an event on it tells of the erasure.
create table audit_erasure (
  id uuid primary key,
  before timestamptz not null,
  reason text not null,
  asked_by uuid not null references person,
  asked_at timestamptz not null,
  decided_by uuid references person,
  decided_at timestamptz,
  outcome text check (outcome in ('erased', 'withdrawn')),
  -- The last event that lost its content.
  up_to bigint,
  check ((outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)),
  check (outcome is distinct from 'erased' or (decided_by <> asked_by and up_to is not null))
);
create unique index audit_erasure_one_open on audit_erasure ((true)) where outcome is null;
grant select, insert, update on audit_erasure to marketplace_governance;

-- The one way to content for who may only append: from the first event on, older than a year whatever is configured, and
-- only under an event at the head of the chain that tells of just this.
create function audit_erase(last_sequence bigint) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  told json;
  erased bigint;
begin
  perform from audit_head for update;
  select e.content::json into told from audit_event e join audit_head h on h.sequence = e.sequence where e.action = 'audit.erased';
  if told is null or (told -> 'details' ->> 'up_to')::bigint is distinct from last_sequence then
    raise exception 'no event at the head of the chain tells of this erasure' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_event where sequence <= last_sequence and at > now() - interval '1 year') then
    raise exception 'nothing of the last year is erased' using errcode = 'insufficient_privilege';
  end if;
  if told -> 'details' ->> 'hashes' is distinct from
    (select encode(sha256(string_agg(hash, ''::bytea order by sequence)), 'hex') from audit_event where sequence <= last_sequence) then
    raise exception 'the event tells of other hashes' using errcode = 'insufficient_privilege';
  end if;
  update audit_event set actor_id = null, actor = '', source = '', channel = null, action = '', subject_kind = '', subject_id = '', subject = '', reason = null, content = ''
  where sequence <= last_sequence and content <> '';
  get diagnostics erased = row_count;
  delete from audit_about where sequence <= last_sequence;
  return erased;
end $$;
revoke execute on function audit_erase from public;
grant execute on function audit_erase to marketplace_governance;
