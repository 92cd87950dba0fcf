-- What a check writes, and the audit, in a function each: one trip to the database in place of one for each
-- statement and its commit. They hold no rule: what is written was decided before.

-- Appends rows of the audit, in their order. Every writer holds the advisory lock, shared, until its commit, so
-- that whoever seals the audit can wait for all lower ids: the lock is held before a row gets its number.
-- Whoever does not know username or serial at hand leaves them to the database.
create function append_audit(
    ats timestamptz[], realm_ids uuid[], actor_kinds text[], actor_ids uuid[], actor_names text[], vias text[],
    addresses text[], client_addresses text[], actions text[], purposes text[], object_kinds text[],
    object_ids uuid[], object_names text[], user_ids uuid[], usernames text[], token_ids uuid[], serials text[],
    results text[], reasons text[], notes text[], changes_of jsonb[], trace_ids uuid[]
) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(7233270052);
    insert into audit (at, realm_id, actor_kind, actor_id, actor_name, via, address, client_address, action,
        purpose, object_kind, object_id, object_name, user_id, username, token_id, serial, result, reason, note,
        changes, trace_id)
    select r.at, r.realm_id, r.actor_kind, r.actor_id, r.actor_name, r.via, r.address, r.client_address,
        r.action, r.purpose, r.object_kind, r.object_id, r.object_name, r.user_id,
        coalesce(r.username, (select u.username from app_user u where u.id = r.user_id)), r.token_id,
        coalesce(r.serial, (select t.serial from token t where t.id = r.token_id)), r.result, r.reason, r.note,
        r.changes, r.trace_id
    from unnest(ats, realm_ids, actor_kinds, actor_ids, actor_names, vias, addresses, client_addresses, actions,
        purposes, object_kinds, object_ids, object_names, user_ids, usernames, token_ids, serials, results,
        reasons, notes, changes_of, trace_ids)
        as r (at, realm_id, actor_kind, actor_id, actor_name, via, address, client_address, action, purpose,
            object_kind, object_id, object_name, user_id, username, token_id, serial, result, reason, note,
            changes, trace_id);
end $$;

-- Writes what was decided on rows that were read before, if they still are as they were read: a row's version is
-- the transaction that wrote it. Gives the users whose rows have moved or are held by somebody else; then
-- nothing is written. Raises TD001, so that nothing stands, when a token has moved or a request's number is taken.
--
-- The users' rows are locked first, in the order of their ids, as by everybody who writes a row of theirs. A row
-- without a version is a decoy's: nothing is decided on it, and where it is held it is left as it is.
create function settle_checks(
    user_ids uuid[], user_versions bigint[], user_writes boolean[], user_failures integer[],
    user_retries timestamptz[],
    token_ids uuid[], token_users uuid[], token_versions bigint[], token_counters bigint[], token_drifts integer[],
    token_drifts_set integer[], token_failures integer[], token_retries timestamptz[], token_uses timestamptz[],
    request_askers uuid[], request_ids uuid[], request_users uuid[], request_digests bytea[],
    request_outcomes jsonb[], request_ats timestamptz[],
    audit_ats timestamptz[], audit_realms uuid[], audit_actor_kinds text[], audit_actors uuid[],
    audit_actor_names text[], audit_vias text[], audit_addresses text[], audit_client_addresses text[],
    audit_actions text[], audit_purposes text[], audit_object_kinds text[], audit_objects uuid[],
    audit_object_names text[], audit_users uuid[], audit_usernames text[], audit_tokens uuid[],
    audit_serials text[], audit_results text[], audit_reasons text[], audit_notes text[], audit_changes jsonb[],
    audit_traces uuid[]
) returns uuid[] language plpgsql as $$
declare
    held uuid[];
    lost uuid[];
    written bigint;
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    held := array(
        select u.user_id
        from unnest(user_ids, user_versions) as v (id, version)
        join user_auth u on u.user_id = v.id and (v.version is null or u.xmin::text::bigint = v.version)
        order by u.user_id for no key update of u skip locked
    );
    if cardinality(held) < cardinality(user_ids) then
        lost := array(
            select v.id from unnest(user_ids, user_versions) as v (id, version)
            where v.version is not null and v.id <> all (held)
        );
        if lost <> '{}' then
            -- nothing is to be kept but that no lock is: nobody waits until that is on disk
            perform set_config('synchronous_commit', 'off', true);
            return lost;
        end if;
        user_writes := array(
            select v.writes and v.id = any (held)
            from unnest(user_ids, user_writes) with ordinality as v (id, writes, place) order by v.place
        );
        token_ids := array(
            select case when v.who = any (held) then v.id else nobody end
            from unnest(token_ids, token_users) with ordinality as v (id, who, place) order by v.place
        );
    end if;

    update user_auth u set failures = v.failures, retry_at = v.retry_at
    from unnest(user_ids, user_writes, user_failures, user_retries) as v (id, writes, failures, retry_at)
    where v.writes and u.user_id = v.id;

    update token_auth t set counter = v.counter, drift = v.drift, drift_set = v.drift_set,
        failures = v.failures, retry_at = v.retry_at, last_used_at = coalesce(v.used_at, t.last_used_at)
    from unnest(token_ids, token_versions, token_counters, token_drifts, token_drifts_set, token_failures,
        token_retries, token_uses)
        as v (id, version, counter, drift, drift_set, failures, retry_at, used_at)
    where t.token_id = v.id and (v.version is null or t.xmin::text::bigint = v.version);
    get diagnostics written = row_count;
    -- for users without one: looking for it costs as much
    if written < cardinality(array_remove(token_ids, nobody)) then
        raise exception 'a token has moved' using errcode = 'TD001';
    end if;

    insert into request (asked_by, request_id, user_id, digest, outcome, at)
    select * from unnest(request_askers, request_ids, request_users, request_digests, request_outcomes,
        request_ats)
    on conflict do nothing;
    get diagnostics written = row_count;
    if written < cardinality(request_ids) then
        raise exception 'a request''s number is taken' using errcode = 'TD001';
    end if;

    perform append_audit(audit_ats, audit_realms, audit_actor_kinds, audit_actors, audit_actor_names, audit_vias,
        audit_addresses, audit_client_addresses, audit_actions, audit_purposes, audit_object_kinds,
        audit_objects, audit_object_names, audit_users, audit_usernames, audit_tokens, audit_serials,
        audit_results, audit_reasons, audit_notes, audit_changes, audit_traces);
    return '{}';
end $$;
