-- How long content stays is held to by the database itself: the application reads this and cannot change it, whatever it
-- is configured with. Who migrates may: update audit_retention set years = 10.
create table audit_retention (
  only_row boolean primary key default true check (only_row),
  years int not null check (years between 1 and 100)
);
insert into audit_retention (years) values (7);
grant select on audit_retention to marketplace_governance;

create or replace function audit_erase(last_sequence bigint) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  told json;
  erased bigint;
  least_years int := (select years from audit_retention);
begin
  perform from audit_head for update;
  select e.content::json into told from audit_event e join audit_head h on h.sequence = e.sequence where e.action = 'audit.erased';
  if told is null or (told -> 'details' ->> 'up_to')::bigint is distinct from last_sequence then
    raise exception 'no event at the head of the chain tells of this erasure' using errcode = 'insufficient_privilege';
  end if;
  if least_years is null or exists (select from audit_event where sequence <= last_sequence and at > now() - make_interval(years => least_years)) then
    raise exception 'nothing of the last % years is erased', least_years using errcode = 'insufficient_privilege';
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

-- What came by a door that is seldom used is found without looking at everything.
create index audit_event_channel on audit_event (channel, sequence desc);

-- Of several words all but the last are whole ones: beginnings of each would gather every event where one of them stands
-- in all.
create or replace function audit_query(typed text) returns tsquery language sql immutable parallel safe as $$
  select to_tsquery('simple', string_agg(word || case when place = words then ':*' else '' end, ' & '))
  from (
    select word, row_number() over (order by place) as place, count(*) over () as words
    from string_to_table(trim(audit_words(typed)), ' ') with ordinality as split (word, place) where word <> ''
  ) typed_words
$$;
