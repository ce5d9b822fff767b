-- Who approved an endpoint, as one reads it: everybody whose approval it needed, or the rule that approved by itself.
create function approvers_of(item uuid, approved_by uuid) returns text language sql stable as $$
  select coalesce(
    (select string_agg(p.display_name || coalesce(' for ' || f.display_name, ''), ' and ' order by a.at, a.role)
      from approval a join person p on p.id = a.person_id left join person f on f.id = a.on_behalf_of
      where a.item_id = item and a.decision = 'approved'),
    (select display_name from person where id = approved_by),
    (select 'Approval policy ' || policy || ', rule “' || rule || '”' from item_routing where item_id = item),
    'Approval policy')
$$;
