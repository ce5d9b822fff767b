-- Applications may prove themselves by a TLS client certificate (RFC 8705): one that they registered, or any of a
-- trusted authority that bears a name they registered.
alter table application_credential
  add column certificate text,
  add column certificate_name text,
  drop constraint application_credential_kind_check,
  add constraint application_credential_kind_check check (kind in ('secret', 'public_key', 'certificate', 'certificate_name')),
  -- DER in base64. A JWK with an x5c is both a key and a certificate.
  add constraint application_credential_certificate check (kind = 'public_key' or (kind = 'certificate') = (certificate is not null)),
  add constraint application_credential_certificate_name check ((kind = 'certificate_name') = (certificate_name is not null));
