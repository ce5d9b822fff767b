-- A signing key is announced, active, retired, gone; one stands by for an emergency. What is gone stays as history,
-- without its private part, which goes as soon as a key no longer signs.
alter table signing_key
  drop constraint signing_key_state_check,
  add constraint signing_key_state_check check (state in ('announced', 'standby', 'active', 'retired', 'gone')),
  alter column private_key drop not null,
  add constraint signing_key_private_key check ((private_key is null) = (state in ('retired', 'gone'))) not valid,
  add column gone_at timestamptz;
create unique index signing_key_one_standby on signing_key (state) where state = 'standby';
create unique index signing_key_one_announced on signing_key (state) where state = 'announced';

-- Asked for by a person in the portal, carried out by the token plane.
create table signing_key_rotation (
  id uuid primary key,
  -- The key to be replaced: the active one when it was asked. Asked twice, it is replaced once.
  kid text not null references signing_key,
  -- Its private part is known to somebody else: what it signed must not pass any more, and nothing is waited for.
  compromised boolean not null,
  reason text not null,
  requested_by uuid not null references person,
  requested_at timestamptz not null,
  done_at timestamptz
);
create index signing_key_rotation_waiting on signing_key_rotation (requested_at) where done_at is null;

-- Governance sees the keys and asks; it neither writes them nor reads what is sealed.
revoke all on signing_key from marketplace_governance;
grant select (kid, algorithm, state, public_jwk, created_at, active_from, retired_at, gone_at) on signing_key to marketplace_governance;
grant select, insert on signing_key_rotation to marketplace_governance;
grant select, update on signing_key_rotation to marketplace_token;

-- The one policy revision that the token plane may make; it has no right to the tables.
create function signing_keys_changed(at timestamptz) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare head bigint;
begin
  update policy_head set revision = revision + 1 returning revision into head;
  insert into policy_change (revision, position, kind, at) values (head, 1, 'signing_keys', at);
  perform pg_notify('policy_changed', head::text);
  return head;
end $$;
revoke execute on function signing_keys_changed from public;
grant execute on function signing_keys_changed to marketplace_token;
