-- What the replicas of the token plane tell each other. Rows live for minutes: until what they name has expired.

-- "jti" of client assertions already used (RFC 7523 §3), as a hash with their client's id.
create table spent_assertion (
  hash bytea primary key,
  expires_at timestamptz not null
);
create index spent_assertion_expiry on spent_assertion (expires_at);

-- "jti" of access tokens that their client has revoked (RFC 7009).
create table revoked_token (
  jti bytea primary key,
  revoked_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index revoked_token_time on revoked_token (revoked_at);
create index revoked_token_expiry on revoked_token (expires_at);

grant select, insert, delete on spent_assertion, revoked_token to marketplace_token;
