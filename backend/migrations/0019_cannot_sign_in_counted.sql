-- How many cannot sign in is told by the index alone, within realms too: so far each of the first thousand was
-- looked up in the table.
drop index app_user_cannot_sign_in_idx;
create index app_user_cannot_sign_in_idx on app_user (sort_name, id) include (realm_id)
    where not can_sign_in;
