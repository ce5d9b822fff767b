-- What an API's data was classified as, and until when: whoever classifies it lower does not get fewer approvers at once.
create table api_classification (
  api_id uuid not null references api,
  classification text not null check (classification in ('public', 'internal', 'confidential', 'restricted')),
  until timestamptz not null,
  primary key (api_id, classification)
);
grant select, insert, update on api_classification to marketplace_governance;

-- The highest that it is, or was since then.
create function classification_since(wanted uuid, since timestamptz) returns text language sql stable as $$
  select word from unnest(array['restricted', 'confidential', 'internal', 'public']) with ordinality as of_all (word, place)
  where word = (select classification from api where id = wanted)
    or exists (select from api_classification c where c.api_id = wanted and c.classification = word and c.until > since)
  order by place limit 1
$$;
