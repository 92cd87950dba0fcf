-- Twenty thousand users in three realms of very different size, two tokens each on average, and their past.
-- Names are common and rare ones; common words stand at one place of the alphabet, as family names do.
insert into realm (id, name, display_name, created_at) values
    ('00000000-0000-7000-8000-00000000000a', 'clinic', 'Clinic', now()),
    ('00000000-0000-7000-8000-00000000000b', 'annex', 'Annex', now());
insert into token_type (id, slug, kind, icon, position, obsolete_since, created_at, updated_at) values
    ('00000000-0000-7000-8000-000000000023', 'old-app', 'totp', 'smartphone', 3, to_timestamp(0), now(), now()),
    ('00000000-0000-7000-8000-000000000024', 'older-app', 'totp', 'smartphone', 4, to_timestamp(0), now(), now());
insert into token_type_name (type_id, language, name)
select id, 'en', slug from token_type where obsolete_since is not null;

create temp table person as
select i, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id,
    case when hashint8(i) % 200 = 7 then '00000000-0000-7000-8000-00000000000b'
        when i % 10 = 3 then '00000000-0000-7000-8000-00000000000a'
        else '00000000-0000-7000-8000-000000000002' end::uuid as realm_id,
    given, family, lower(left(given, 1) || '.' || family) || i as username,
    '4179' || lpad((i::bigint * 7919 % 10000000)::text, 7, '0') as phone
from (
    select i, (array['Anna', 'Marie', 'Jan', 'Peter', 'Sara', 'Marco', 'Nina', 'Thomas', 'Julia', 'David',
            'Elena', 'Noah', 'Emma', 'Luca', 'Tim', 'Jonas'])[1 + (hashint8(i) & 15)] as given,
        case when hashint8(i * 7) & 3 = 0
            then (array['Meier', 'Keller', 'Weber', 'Zimmermann'])[1 + (hashint8(i * 3) & 3)]
            else initcap((array['ba', 'ke', 'lo', 'mu', 'ri', 'sa', 'te', 'wi'])[1 + (hashint8(i * 11) & 7)]
                || (array['la', 'mer', 'nin', 'ros', 'tar', 'vel', 'gen', 'dor'])[1 + (hashint8(i * 13) & 7)]
                || (array['mann', 'er', 'ski', 'hof', 'li', 'son', 'ova', 'berg'])[1 + (hashint8(i * 17) & 7)])
        end as family
    from generate_series(1, 20000) as i) as names;
create temp table held as
select i, k, p.id as user_id, realm_id,
    ('01900000-0000-7000-9000-' || lpad(to_hex(i * 8 + k), 12, '0'))::uuid as id,
    case k when 1 then 'TOTP-' else 'HOTP-' end
        || translate(upper(lpad(to_hex((i::bigint * 8 + k) * 2654435761 % 4294967296), 8, '0')), '01', 'YZ')
        as serial
from person p, generate_series(0, 2) as k where k <= i % 3;

insert into user_auth (user_id, realm_id, username_key, failures, retry_at)
select id, realm_id, username, case when i / 13 % 100 = 17 then 11 else i % 3 end,
    case when i / 13 % 100 = 17 then to_timestamp(4000000000) end
from person;
insert into app_user (id, realm_id, username, given_name, family_name, department, sort_name, search,
    phones, can_sign_in, token_types, created_at, updated_at)
select p.id, p.realm_id, username, given, family,
    (array['', '', 'Sales', 'Finance', 'IT', 'Legal', 'Nursing', 'Board'])[1 + i % 8],
    lower(family || ' ' || given), lower(concat_ws(E'\n', given, family, username, serials)), phone,
    hashint8(i * 29) % 40 <> 2, case when i / 11 % 25 = 4 then '{00000000-0000-7000-8000-000000000023}'::uuid[]
        else '{00000000-0000-7000-8000-000000000022}' end, now(), now()
from person p join (select i, string_agg(serial, E'\n') as serials from held group by i) h using (i);
insert into contact (id, user_id, kind, value, preferred)
select gen_random_uuid(), id, 'phone', '+' || phone, true from person;
insert into serial_given select serial from held;
insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period, failures, retry_at,
    last_used_at)
select held.id, user_id, case when i / 11 % 25 = 4 then '00000000-0000-7000-8000-000000000023'::uuid else y.id end,
    y.kind, 'SHA1', 6, 30, case when i / 17 % 100 = 5 then 6 else i % 3 end,
    case when i / 17 % 100 = 5 then to_timestamp(4000000000) end,
    case when i % 4 <> 0 then to_timestamp(1700000000 + i * 7919 % 8000000) end
from held join token_type y on y.kind = case k when 1 then 'totp' else 'hotp' end and y.obsolete_since is null;
insert into token (id, realm_id, user_id, serial, created_at, created_by, updated_at)
select id, realm_id, user_id, serial, now(), 'load', now() from held;
insert into last_use (user_id, at)
select u.id, coalesce(max(t.last_used_at), '-infinity')
from person u left join token_auth t on t.user_id = u.id group by u.id;

-- So many operators with ten sessions each that their tables are large too.
insert into operator (user_id, created_at) select id, now() from person where i <= 2000;
insert into session (id, secret_hash, operator_id, half, created_at, last_seen_at, ends_at)
select gen_random_uuid(), decode(md5(i || ' ' || n), 'hex'), id, false,
    to_timestamp(1779999999), to_timestamp(1779999999), to_timestamp(1780040000)
from person, generate_series(1, 10) as n where i <= 2000;

-- A quarter of what happened is guesses at one user.
select make_audit_partitions('2026-01-01', 12);
insert into audit (at, actor_kind, actor_name, via, action, user_id, token_id, serial, result, trace_id)
select to_timestamp(1768000000 + n * 500), 'client', 'wiki', 'api', 'token.verify', h.user_id, h.id, h.serial,
    'done', h.id
from (select *, row_number() over (order by k, i) as n from held) as h where n <= 40000;
insert into audit (at, actor_kind, actor_name, via, action, user_id, token_id, serial, result, trace_id)
select to_timestamp(1767500000 + i), 'operator', 'Mara', 'console', 'token.enrol', user_id, id, serial, 'done', id
from held where i <= 5000;
insert into audit (at, actor_kind, actor_name, via, action, user_id, result, trace_id)
select to_timestamp(1779000000 + n), 'client', 'wiki', 'api', 'token.verify', p.id, 'refused', p.id
from person p, generate_series(1, 20000) as n where p.i = 4;
-- Another one signs in all day, and failed a few times before all that.
insert into audit (at, actor_kind, actor_name, via, action, user_id, result, trace_id)
select to_timestamp(1768000000 + n), 'client', 'wiki', 'api', 'token.verify', p.id, 'refused', p.id
from person p, generate_series(1, 3) as n where p.i = 5;
insert into audit (at, actor_kind, actor_name, via, action, user_id, result, trace_id)
select to_timestamp(1779000000 + n), 'client', 'wiki', 'api', 'token.verify', p.id, 'done', p.id
from person p, generate_series(1, 20000) as n where p.i = 5;
analyze;
