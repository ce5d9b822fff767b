-- Who was in the application's team when it was taken: none of them reviews it, wherever they or the application are by then.
alter table emergency_access add column taken_with uuid[];
update emergency_access e set taken_with = array(
  select m.person_id from application a join membership m on m.team_id = a.team_id
  where a.id = e.application_id and m.person_id is distinct from e.reviewed_by);
alter table emergency_access alter column taken_with set not null, add check (reviewed_by <> all (taken_with));
