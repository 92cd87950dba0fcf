-- What every installation begins with: two realms, the built-in roles, the two app types, the jobs, and
-- the decoys.

insert into realm (id, name, display_name, created_at) values
    ('00000000-0000-7000-8000-000000000001', 'operators', 'Operators', now()),
    ('00000000-0000-7000-8000-000000000002', 'default', 'Default', now());

insert into role (id, key, name) values
    ('00000000-0000-7000-8000-000000000011', 'viewer', 'Viewer'),
    ('00000000-0000-7000-8000-000000000012', 'help-desk', 'Help desk'),
    ('00000000-0000-7000-8000-000000000013', 'token-officer', 'Token officer'),
    ('00000000-0000-7000-8000-000000000014', 'administrator', 'Administrator'),
    ('00000000-0000-7000-8000-000000000015', 'auditor', 'Auditor');

insert into token_type (id, slug, kind, icon, position, created_at, updated_at) values
    ('00000000-0000-7000-8000-000000000021', 'authenticator-app', 'totp', 'smartphone', 1, now(), now()),
    ('00000000-0000-7000-8000-000000000022', 'hotp-app', 'hotp', 'list-ordered', 2, now(), now());
insert into token_type_name (type_id, language, name, help) values
    ('00000000-0000-7000-8000-000000000021', 'en', 'Authenticator app',
     'A new code on the phone every 30 seconds.'),
    ('00000000-0000-7000-8000-000000000022', 'en', 'HOTP app',
     'An app that counts codes. Needs no clock.');

insert into job (name, due_at) values
    ('end_enrolments', now()), ('end_sessions', now()), ('make_audit_partitions', now()),
    ('forget_requests', now()), ('refresh_can_sign_in', now());

-- Decoys: a check of an unknown user reads, computes and writes as much as one of a known user. They
-- live in a realm that no name reaches, have no `app_user`, and never wait or lock.
with decoy as (
    insert into user_auth (user_id, realm_id, username_key)
    select gen_random_uuid(), '00000000-0000-7000-8000-0000000000ff', 'decoy ' || n
    from generate_series(0, 255) as n
    returning user_id
)
insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period)
select gen_random_uuid(), user_id, '00000000-0000-7000-8000-000000000021', 'totp', 'SHA1', 6, 30
from decoy;
