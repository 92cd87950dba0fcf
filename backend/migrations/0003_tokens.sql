-- Tokens, in two rows as users are: `token_auth` is all that a check reads and writes, `token` all that
-- people see. A fact stands in one of them only.

-- Serials ever given: one that was deleted is never given again.
create table serial_given (
    serial text not null collate "C",
    constraint serial_given_pkey primary key (serial),
    constraint serial_given_form_check check (serial ~ '^[-A-Z0-9_.]{1,40}$')
);

-- `counter` is the next counter that may be accepted (TOTP: the step after the last accepted one), so
-- `counter <= offered` is the whole rule of "once, and never behind". `drift_set` is the clock's lead in
-- steps as enrolment or reset found it; `drift` follows it and stays within 2 of it.
create table token_auth (
    token_id       uuid     not null,
    user_id        uuid,
    type_id        uuid     not null,
    kind           text     not null,
    algorithm      text     not null,
    digits         smallint not null,
    period         smallint not null,
    counter        bigint   not null default 0,
    drift          integer  not null default 0,
    drift_set      integer  not null default 0,
    failures       integer  not null default 0,
    retry_at       timestamptz,
    last_used_at   timestamptz,
    disabled_at    timestamptz,
    disabled_until timestamptz,
    expires_at     timestamptz,
    seed_sealed    bytea,
    constraint token_auth_pkey primary key (token_id),
    constraint token_auth_token_id_user_id_key unique (token_id, user_id),
    constraint token_auth_counter_check check (counter >= 0),
    constraint token_auth_failures_check check (failures >= 0),
    constraint token_auth_drift_check check (abs(drift - drift_set) <= 2),
    constraint token_auth_until_check check (disabled_until is null or disabled_at is not null)
) with (fillfactor = 70);
create index token_auth_user_id_idx on token_auth (user_id);

create table token (
    id              uuid        not null,
    realm_id        uuid        not null,
    user_id         uuid,
    serial          text        not null collate "C",
    description     text        not null default '',
    -- an address that was typed but not proven yet; the old one keeps working until then
    pending_address text,
    disabled_by     text,
    disabled_reason text,
    version         bigint      not null default 1,
    created_at      timestamptz not null,
    created_by      text        not null,
    updated_at      timestamptz not null,
    constraint token_pkey primary key (id),
    constraint token_serial_key unique (serial),
    constraint token_serial_fkey foreign key (serial) references serial_given (serial),
    constraint token_token_auth_fkey foreign key (id) references token_auth (token_id),
    -- the same user in both rows, and a user of the token's own realm
    constraint token_token_auth_user_fkey foreign key (id, user_id)
        references token_auth (token_id, user_id) deferrable initially deferred,
    constraint token_realm_id_user_id_fkey foreign key (realm_id, user_id)
        references app_user (realm_id, id)
);
create index token_user_id_idx on token (user_id);

-- Not tokens yet: enrolments that wait for their proof, in no list, count or check.
create table enrolment (
    id          uuid        not null,
    realm_id    uuid        not null,
    user_id     uuid        not null,
    type_id     uuid        not null,
    serial      text        not null collate "C",
    description text        not null default '',
    -- the obsolete token that goes when this one is proven
    replaces    uuid,
    algorithm   text        not null,
    digits      smallint    not null,
    period      smallint    not null,
    seed_sealed bytea       not null,
    failures    integer     not null default 0,
    retry_at    timestamptz,
    started_at  timestamptz not null,
    started_by  text        not null,
    ends_at     timestamptz not null,
    constraint enrolment_pkey primary key (id),
    constraint enrolment_serial_key unique (serial),
    constraint enrolment_serial_fkey foreign key (serial) references serial_given (serial),
    constraint enrolment_type_id_fkey foreign key (type_id) references token_type (id),
    constraint enrolment_replaces_fkey foreign key (replaces) references token (id)
        on delete set null,
    constraint enrolment_realm_id_user_id_fkey foreign key (realm_id, user_id)
        references app_user (realm_id, id) on delete cascade
);
create index enrolment_user_id_idx on enrolment (user_id);
create index enrolment_ends_at_idx on enrolment (ends_at);
