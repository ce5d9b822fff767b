-- How many tokens were issued and refused. Replicas add their counts to the same row; it lives 35 days.
create table token_usage (
  -- When the minute began; hours begin a minute, too: detail that had no room while the database was away is summed by hour.
  minute timestamptz not null,
  -- Null where the client is not known. No foreign key: to check it would cost more than the count.
  application_id uuid,
  -- Empty where the request was refused, or there was no room for detail.
  audience text not null,
  -- Empty for an issued token, else the error of RFC 6749 §5.2 and those that add to it.
  reason text not null,
  -- What was wrong, in the words that the client was told.
  detail text not null,
  count bigint not null check (count > 0),
  unique nulls not distinct (minute, application_id, audience, reason, detail)
);
create index token_usage_application on token_usage (application_id, minute);

grant select, insert, delete on token_usage to marketplace_token;
grant update (count) on token_usage to marketplace_token;
grant select on token_usage to marketplace_governance;
