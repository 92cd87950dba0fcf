-- What administrators make of the kinds: names, rules, and the dates that make a type obsolete. A check
-- reads these few rows once, so that making a type obsolete writes one row and not a million.

create table token_type (
    id             uuid        not null,
    slug           text        not null collate "C",
    kind           text        not null,
    icon           text        not null,
    position       integer     not null,
    algorithm      text        not null default 'SHA1',
    digits         smallint    not null default 6,
    period         smallint    not null default 30,
    maximum        smallint,
    validity_days  integer,
    notice_days    integer     not null default 14,
    enrollable     boolean     not null default true,
    description    text        not null default 'optional',
    proof_required boolean     not null default true,
    -- actions that this type takes away from its kind; type rules only take away
    denied_actions text[]      not null default '{}',
    obsolete_since timestamptz,
    follows        uuid,
    grace_until    timestamptz,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint token_type_pkey primary key (id),
    constraint token_type_slug_key unique (slug),
    constraint token_type_follows_fkey foreign key (follows) references token_type (id),
    constraint token_type_kind_check check (kind in ('totp', 'hotp', 'sms', 'email', 'virtual',
        'hardware', 'webauthn', 'recovery', 'temporary')),
    constraint token_type_algorithm_check check (algorithm in ('SHA1', 'SHA256', 'SHA512')),
    constraint token_type_digits_check check (digits between 6 and 8),
    constraint token_type_period_check check (period in (30, 60)),
    constraint token_type_maximum_check check (maximum between 1 and 100),
    constraint token_type_description_check check (description in ('hidden', 'optional', 'required')),
    -- a grace or a following type belongs to an obsolete type only
    constraint token_type_obsolete_check check (
        obsolete_since is not null or (follows is null and grace_until is null))
);
comment on column token_type.follows is 'the type that follows this obsolete one';

create table token_type_name (
    type_id  uuid not null,
    language text not null collate "C",
    name     text not null,
    help     text not null default '',
    constraint token_type_name_pkey primary key (type_id, language),
    constraint token_type_name_type_id_fkey foreign key (type_id) references token_type (id)
        on delete cascade
);
