-- Append-only memory of what was done, tried or refused. Partitioned by month; the default partition
-- catches what no month was made for, for a missing partition must never stop a sign-in.

create table audit (
    id           bigint      generated always as identity,
    at           timestamptz not null,
    realm_id     uuid,
    actor_kind   text        not null,
    actor_id     uuid,
    actor_name   text        not null,
    via          text        not null,
    address      text,
    action       text        not null,
    purpose      text,
    object_kind  text,
    object_id    uuid,
    object_name  text,
    user_id      uuid,
    username     text,
    token_id     uuid,
    serial       text,
    result       text        not null,
    reason       text,
    note         text,
    changes      jsonb,
    -- keyed hash of a full phone number or address, to search by what is only stored masked
    contact_hash bytea,
    trace_id     uuid        not null,
    constraint audit_actor_kind_check
        check (actor_kind in ('nobody', 'operator', 'client', 'system', 'command')),
    constraint audit_via_check check (via in ('console', 'api', 'job', 'command')),
    constraint audit_result_check check (result in ('done', 'failed', 'refused'))
) partition by range (at);
create index audit_at_id_idx on audit (at, id);
create index audit_user_id_at_idx on audit (user_id, at) where user_id is not null;
-- verifications are found through their user: at every check one index entry less
create index audit_token_id_at_idx on audit (token_id, at)
    where token_id is not null and action <> 'token.verify';

create table audit_default partition of audit default;

-- Makes the months from that of `from_at` on; those that exist already, or whose rows the default
-- partition already caught, are left alone. Runs with the owner's rights: the service may not.
create function make_audit_partitions(from_at timestamptz, months integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    first date := date_trunc('month', from_at at time zone 'UTC')::date;
    month date;
    name  text;
    made  integer := 0;
begin
    if months not between 1 and 36 then
        raise exception 'months must be 1 to 36';
    end if;
    perform pg_advisory_xact_lock(7233270051);
    for i in 0 .. months - 1 loop
        month := (first + make_interval(months => i))::date;
        name := 'audit_' || to_char(month, 'YYYY_MM');
        continue when to_regclass('public.' || name) is not null;
        continue when exists (
            select from public.audit_default
            where at >= month::timestamp at time zone 'UTC'
              and at < (month + interval '1 month') at time zone 'UTC');
        execute format(
            'create table public.%I partition of public.audit for values from (%L) to (%L)',
            name,
            month::timestamp at time zone 'UTC',
            (month + interval '1 month') at time zone 'UTC');
        made := made + 1;
    end loop;
    return made;
end
$$;
revoke all on function make_audit_partitions from public;
