-- What the token plane does to signing keys by schedule or because it was asked is on the audit trail, in the same
-- transaction. It has no right to the tables, and through this it can speak of signing keys only. Called before
-- signing_keys_changed, as any audit event before its policy revision.
create function signing_key_audited(moment timestamptz, action text, kid text, reason text, details json) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_head;
  next_sequence bigint;
  text_of_event text;
  next_hash bytea;
begin
  if action not in ('signing_key.announced', 'signing_key.put_on_standby', 'signing_key.activated', 'signing_key.removed') then
    raise exception 'no event of a signing key: %', action;
  end if;
  select * into strict head from audit_head for update;
  next_sequence := head.sequence + 1;
  text_of_event := json_build_object(
    'sequence', next_sequence,
    'at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"0+00:00"'),
    'actor_id', '00000000-0000-0000-0000-000000000000',
    'actor', 'Marketplace',
    'source', 'system',
    'action', action,
    'subject_kind', 'signing_key',
    'subject_id', kid,
    'subject', kid,
    'reason', reason,
    'details', details)::text;
  next_hash := sha256(head.hash || convert_to(text_of_event, 'UTF8'));
  insert into audit_event (sequence, at, actor_id, actor, source, action, subject_kind, subject_id, subject, reason, content, previous_hash, hash)
  values (next_sequence, moment, '00000000-0000-0000-0000-000000000000', 'Marketplace', 'system', action, 'signing_key', kid, kid, reason,
    text_of_event, head.hash, next_hash);
  update audit_head set sequence = next_sequence, hash = next_hash;
end $$;
revoke execute on function signing_key_audited from public;
grant execute on function signing_key_audited to marketplace_token;
