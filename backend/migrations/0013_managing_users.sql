-- Users are managed in the console: who disabled one and why, and the orders that the list can be put in.

alter table app_user add column disabled_by text, add column disabled_reason text;
comment on column app_user.disabled_by is 'who set user_auth.disabled_at, as text';

-- In the collation "C" a plain index serves prefixes too; this one also gives the order by username. No
-- check writes the column, so updates stay heap-only.
drop index user_auth_username_key_idx;
create index user_auth_username_key_idx on user_auth (username_key);
create index app_user_department_idx on app_user (lower(department) collate "C", sort_name, id);
