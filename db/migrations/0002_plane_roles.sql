-- Each plane works under a role of its own. The token and control planes cannot write grants; nobody rewrites audit.
-- Roles belong to the whole cluster, so another database may have made them already.
do $$
declare plane text;
begin
  foreach plane in array array['marketplace_governance', 'marketplace_token', 'marketplace_control'] loop
    if not exists (select from pg_roles where rolname = plane) then
      execute format('create role %I nologin', plane);
    end if;
    if not pg_has_role(current_user, plane, 'set') then
      execute format('grant %I to current_user', plane);
    end if;
  end loop;
end $$;

grant usage on schema public to marketplace_governance, marketplace_token, marketplace_control;

grant select, insert, update, delete on all tables in schema public to marketplace_governance;
revoke update, delete on audit_event, policy_change from marketplace_governance;
revoke insert, delete on audit_head, policy_head from marketplace_governance;
revoke delete on access_grant, access_request, access_request_item, spec_revision, operation from marketplace_governance;

grant select on environment, api, api_version, audience, operation, application, application_credential, access_grant,
  policy_head, policy_change, signing_key, master_key_check to marketplace_token, marketplace_control;
grant insert, update on signing_key to marketplace_token;
grant insert on master_key_check to marketplace_token;
