-- What belongs to a team: its applications, and the requests for its APIs, by key. Lists ask for both before all else.
create index application_team on application (team_id);
create index access_request_item_line on access_request_item (api_version_id, access_request_id);
