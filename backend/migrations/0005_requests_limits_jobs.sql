-- What keeps a deed from happening twice or too often: requests, limits, jobs.

-- A repeat with the same id gets the same outcome; never a seed, a code or a password. `digest` is keyed
-- from the key ring, for it covers the code. No foreign keys: a row is inserted at every check.
create table request (
    asked_by   uuid        not null,
    request_id uuid        not null,
    user_id    uuid,
    digest     bytea       not null,
    outcome    jsonb,
    at         timestamptz not null,
    constraint request_pkey primary key (asked_by, request_id)
);
create index request_at_idx on request (at);

create table rate_limit (
    what     text        not null collate "C",
    key      text        not null collate "C",
    starts   timestamptz not null,
    count    integer     not null,
    constraint rate_limit_pkey primary key (what, key, starts)
);
create index rate_limit_starts_idx on rate_limit (starts);
comment on column rate_limit.starts is 'start of the window that is counted';

-- One row per job: whoever locks it and finds it due runs it, so each run happens once over all servers.
create table job (
    name   text        not null collate "C",
    due_at timestamptz not null,
    ran_at timestamptz,
    constraint job_pkey primary key (name)
);
