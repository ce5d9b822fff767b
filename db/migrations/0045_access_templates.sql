-- Named sets of endpoints that their owners offer to ask for together. What a rule means is found when it is used.
create table access_template (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
  team_id uuid not null references team,
  title text not null,
  description text not null,
  updated_by uuid not null references person,
  updated_at timestamptz not null
);

-- Of one line: an endpoint, or all of certain methods, of a tag, or both.
create table access_template_part (
  id uuid primary key,
  access_template_id uuid not null references access_template on delete cascade,
  api_version_id uuid not null references api_version,
  operation_id uuid references operation,
  methods text[],
  tag text,
  check ((operation_id is null) <> (methods is null and tag is null))
);
create index access_template_part_template on access_template_part (access_template_id);
create index access_template_part_line on access_template_part (api_version_id);

grant select, insert, update, delete on access_template, access_template_part to marketplace_governance;
