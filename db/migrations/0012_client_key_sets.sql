-- An application may publish its public keys at a URL of its own (RFC 7591 §2, jwks_uri). Governance fetches them; the
-- token plane reads what was fetched and calls nobody.
alter table application_credential
  drop constraint application_credential_kind_check,
  add constraint application_credential_kind_check check (kind in ('secret', 'public_key', 'certificate', 'certificate_name', 'jwks_uri'));

create table client_key_set (
  credential_id uuid primary key references application_credential,
  url text not null,
  -- A JWK Set (RFC 7517 §5) of the public keys that can be used. It stays while the URL delivers none.
  keys text not null,
  -- When the URL last delivered a set, when it was last asked, when it is to be asked again ('infinity': never).
  fetched_at timestamptz not null,
  checked_at timestamptz not null,
  next_at timestamptz not null,
  -- Somebody wants it sooner: a person, or the token plane, which was shown an unknown key.
  asked_at timestamptz,
  failing_since timestamptz,
  failure text,
  check ((failing_since is null) = (failure is null))
);
create index client_key_set_next on client_key_set (next_at);
create index client_key_set_asked on client_key_set (checked_at) where asked_at is not null;

grant select, insert, update on client_key_set to marketplace_governance;
grant select, update (asked_at) on client_key_set to marketplace_token;
