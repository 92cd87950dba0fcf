-- Who is looked after: realms, their users, and the two rows of a user that must never be confused:
-- `app_user` (names, for people) and `user_auth` (the facts that a check reads and locks).

create extension if not exists pg_trgm;

create table realm (
    id           uuid        not null,
    name         text        not null collate "C",
    display_name text        not null,
    created_at   timestamptz not null,
    constraint realm_pkey primary key (id),
    constraint realm_name_key unique (name)
);

-- The row that everything about one user's codes is locked by, read at every check: compact, no foreign
-- key, no index on what a check writes, so that updates stay heap-only. `failures` in a row decide
-- waiting and locking. The decoys that stand in for unknown users live here too, in a realm that no name
-- reaches, which is why there is no foreign key to `realm` or `app_user`.
create table user_auth (
    user_id      uuid    not null,
    realm_id     uuid    not null,
    username_key text    not null collate "C",
    failures     integer not null default 0,
    retry_at     timestamptz,
    disabled_at  timestamptz,
    constraint user_auth_pkey primary key (user_id),
    constraint user_auth_realm_id_username_key_key unique (realm_id, username_key),
    constraint user_auth_realm_id_user_id_key unique (realm_id, user_id),
    constraint user_auth_failures_check check (failures >= 0)
) with (fillfactor = 70);

create table app_user (
    id          uuid        not null,
    realm_id    uuid        not null,
    username    text        not null,
    given_name  text        not null default '',
    family_name text        not null default '',
    department  text        not null default '',
    -- folded family and given name, what lists are sorted by
    sort_name   text        not null collate "C",
    -- folded names, username, serials and the digits of phone numbers, what the search looks in
    search      text        not null collate "C",
    -- for the list's filter only: recomputed by every change and by a job; no deed trusts it
    can_sign_in boolean     not null default false,
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    constraint app_user_pkey primary key (id),
    constraint app_user_realm_id_id_key unique (realm_id, id),
    constraint app_user_realm_id_fkey foreign key (realm_id) references realm (id),
    constraint app_user_user_auth_fkey foreign key (realm_id, id)
        references user_auth (realm_id, user_id)
);
create index app_user_sort_name_idx on app_user (sort_name, id);
create index app_user_realm_id_sort_name_idx on app_user (realm_id, sort_name, id);
create index app_user_cannot_sign_in_idx on app_user (sort_name, id) where not can_sign_in;
create index app_user_search_idx on app_user using gin (search gin_trgm_ops);
create index user_auth_username_key_idx on user_auth (username_key text_pattern_ops);

create table contact (
    id        uuid    not null,
    user_id   uuid    not null,
    kind      text    not null,
    value     text    not null,
    label     text    not null default '',
    preferred boolean not null,
    constraint contact_pkey primary key (id),
    constraint contact_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade,
    constraint contact_user_id_kind_value_key unique (user_id, kind, value),
    constraint contact_kind_check check (kind in ('phone', 'email'))
);
create unique index contact_preferred_key on contact (user_id, kind) where preferred;
