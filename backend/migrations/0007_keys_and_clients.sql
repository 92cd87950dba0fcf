-- Proof that the key ring is the one that sealed this database, and the applications that may ask.

create table key_canary (
    key_id     text        not null collate "C",
    sealed     bytea       not null,
    created_at timestamptz not null,
    constraint key_canary_pkey primary key (key_id)
);

create table api_client (
    id          uuid        not null,
    name        text        not null,
    key_hash    bytea       not null,
    created_at  timestamptz not null,
    disabled_at timestamptz,
    constraint api_client_pkey primary key (id),
    constraint api_client_name_key unique (name),
    constraint api_client_key_hash_key unique (key_hash)
);

create table api_client_realm (
    client_id uuid not null,
    realm_id  uuid not null,
    constraint api_client_realm_pkey primary key (client_id, realm_id),
    constraint api_client_realm_client_id_fkey foreign key (client_id) references api_client (id)
        on delete cascade,
    constraint api_client_realm_realm_id_fkey foreign key (realm_id) references realm (id)
);
