-- Who works at the desk: operators (users of the realm `operators`), their roles, their sessions, and the
-- one-time links by which a first administrator or somebody who lost everything gets in.

create table operator (
    user_id             uuid        not null,
    -- argon2id as a PHC string; null until the link was used
    password_hash       text,
    password_failures   integer     not null default 0,
    password_retry_at   timestamptz,
    password_changed_at timestamptz,
    time_zone           text,
    created_at          timestamptz not null,
    constraint operator_pkey primary key (user_id),
    constraint operator_user_id_fkey foreign key (user_id) references app_user (id)
);

-- Built-in roles have a `key` and take their privileges from the code; others list theirs.
create table role (
    id         uuid   not null,
    key        text collate "C",
    name       text   not null,
    privileges text[] not null default '{}',
    constraint role_pkey primary key (id),
    constraint role_key_key unique (key),
    constraint role_name_key unique (name),
    constraint role_privileges_check check (key is null or privileges = '{}')
);

create table operator_role (
    operator_id uuid not null,
    role_id     uuid not null,
    -- null: every realm but `operators`, which must be named
    realm_id    uuid,
    constraint operator_role_operator_id_role_id_realm_id_key
        unique nulls not distinct (operator_id, role_id, realm_id),
    constraint operator_role_operator_id_fkey foreign key (operator_id)
        references operator (user_id) on delete cascade,
    constraint operator_role_role_id_fkey foreign key (role_id) references role (id),
    constraint operator_role_realm_id_fkey foreign key (realm_id) references realm (id)
);

-- A session is a row, not a signed cookie, so that ending it takes effect at once and everywhere.
-- `half`: the password was right, the code is still to come; it opens nothing else.
create table session (
    id           uuid        not null,
    secret_hash  bytea       not null,
    operator_id  uuid        not null,
    half         boolean     not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    ends_at      timestamptz not null,
    address      text,
    agent        text,
    constraint session_pkey primary key (id),
    constraint session_secret_hash_key unique (secret_hash),
    constraint session_operator_id_fkey foreign key (operator_id) references operator (user_id)
        on delete cascade
);
create index session_operator_id_idx on session (operator_id);
create index session_ends_at_idx on session (ends_at);

-- What was typed in the first step waits here, sealed or hashed, until the second step is proven.
create table one_time_link (
    id            uuid        not null,
    secret_hash   bytea       not null,
    purpose       text        not null,
    operator_id   uuid,
    made_at       timestamptz not null,
    ends_at       timestamptz not null,
    spent_at      timestamptz,
    name          text,
    username      text,
    password_hash text,
    seed_sealed   bytea,
    failures      integer     not null default 0,
    retry_at      timestamptz,
    constraint one_time_link_pkey primary key (id),
    constraint one_time_link_secret_hash_key unique (secret_hash),
    constraint one_time_link_operator_id_fkey foreign key (operator_id)
        references operator (user_id) on delete cascade,
    constraint one_time_link_purpose_check check (purpose in ('first_admin', 'operator_reset')),
    constraint one_time_link_operator_check
        check ((purpose = 'operator_reset') = (operator_id is not null))
);
create index one_time_link_ends_at_idx on one_time_link (ends_at);
