-- For an operator, after this database was restored from a backup: data planes hold newer policies than it knows and
-- refuse older ones. Every line's policy becomes newer than all of them. The control plane's health says beyond what.
create function policy_restored(beyond bigint) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_head;
  moment timestamptz := now();
  next_revision bigint;
  next_sequence bigint;
  text_of_event text;
  next_hash bytea;
begin
  select greatest(revision, beyond) + 1 into strict next_revision from policy_head for update;
  if next_revision > (select revision + 1000001 from policy_head) then
    raise exception 'no backup lags a million changes behind: %', beyond;
  end if;

  select * into strict head from audit_head for update;
  next_sequence := head.sequence + 1;
  text_of_event := json_build_object(
    'sequence', next_sequence,
    'at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"0+00:00"'),
    'actor_id', '00000000-0000-0000-0000-000000000000',
    'actor', session_user,
    'source', 'system',
    'action', 'policy.restored',
    'subject_kind', 'policy',
    'subject_id', next_revision::text,
    'subject', 'revision ' || next_revision,
    'reason', 'The database was restored from a backup.',
    'details', json_build_object('beyond', beyond))::text;
  next_hash := sha256(head.hash || convert_to(text_of_event, 'UTF8'));
  insert into audit_event (sequence, at, actor_id, actor, source, action, subject_kind, subject_id, subject, reason, content, previous_hash, hash)
  values (next_sequence, moment, '00000000-0000-0000-0000-000000000000', session_user, 'system', 'policy.restored', 'policy', next_revision::text,
    'revision ' || next_revision, 'The database was restored from a backup.', text_of_event, head.hash, next_hash);
  update audit_head set sequence = next_sequence, hash = next_hash;

  update policy_head set revision = next_revision;
  insert into policy_change (revision, position, kind, api_version_id, at)
  select next_revision, row_number() over (order by id), 'restored', id, moment from api_version;
  perform pg_notify('policy_changed', next_revision::text);
  return next_revision;
end $$;
revoke execute on function policy_restored from public;
