-- How a person is told besides the inbox, where they chose other than NotificationCategories says.
create table notification_preference (
  person_id uuid not null references person (id),
  category text not null,
  email text not null check (email in ('at_once', 'hourly', 'daily', 'never')),
  primary key (person_id, category)
);

-- An e-mail to one person. The same row is the same Message-ID, however often it has to be sent.
create table mail (
  id uuid primary key,
  person_id uuid not null references person (id),
  cadence text not null check (cadence in ('at_once', 'hourly', 'daily')),
  -- Up to when a digest tells: one per person and period.
  period timestamptz,
  at timestamptz not null,
  state text not null check (state in ('waiting', 'sent', 'given_up')),
  -- Not before; whoever sends it puts this off first, so that nobody else does at the same time.
  next_at timestamptz not null,
  attempts int not null,
  -- What the mail server said last.
  answer text,
  ended_at timestamptz,
  check ((period is null) = (cadence = 'at_once')),
  check ((ended_at is null) = (state = 'waiting')),
  unique (person_id, cadence, period)
);
create index mail_due on mail (next_at) where state = 'waiting';
create index mail_ended on mail (ended_at) where state <> 'waiting';
create index mail_given_up on mail (ended_at desc) where state = 'given_up';

-- What waits to be mailed, or was: written in the transaction of what it tells.
create table mail_item (
  person_id uuid not null,
  notification_id uuid not null,
  cadence text not null check (cadence in ('at_once', 'hourly', 'daily')),
  at timestamptz not null,
  mail_id uuid references mail (id) on delete cascade,
  primary key (person_id, notification_id),
  foreign key (person_id, notification_id) references inbox_entry (person_id, notification_id) on delete cascade
);
create index mail_item_waiting on mail_item (cadence, at, person_id) where mail_id is null;
create index mail_item_mail on mail_item (mail_id) where mail_id is not null;

-- Whether the mail server takes what we send, as of the last time that anybody tried.
create table mail_server (
  id int primary key check (id = 1),
  failing_since timestamptz,
  answer text,
  -- Nobody tries again before.
  next_at timestamptz not null,
  sent_at timestamptz
);
insert into mail_server values (1, null, null, '2000-01-01', null);

grant select, insert, update, delete on notification_preference, mail, mail_item to marketplace_governance;
grant select, update on mail_server to marketplace_governance;
