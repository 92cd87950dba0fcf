-- What the list of users needs to stay quick with a million of them. No column that a check writes gets an
-- index, so that its updates stay heap-only.

-- Whether the failures since the last success have made tries wait or locked them. It changes when tries
-- begin to wait and when they are free again, not at each failure; the numbers are those of `domain::Limit`,
-- which lock.
alter table user_auth add column halted boolean not null
    generated always as (retry_at is not null or failures >= 100) stored;
alter table token_auth add column halted boolean not null
    generated always as (retry_at is not null or failures >= 50) stored;
create index user_auth_halted_idx on user_auth (user_id) where halted;
create index token_auth_halted_idx on token_auth (user_id) where halted;

-- Which users hold a token of an obsolete type, without a write when a type becomes obsolete.
alter table app_user add column token_types uuid[] not null default '{}';
comment on column app_user.token_types is
    'types of the tokens that are not disabled; for the list only, kept as can_sign_in is';
update app_user u set token_types = held.types
from (select user_id, array_agg(distinct type_id order by type_id) as types from token_auth
      where disabled_at is null or disabled_until <= now() group by user_id) as held
where held.user_id = u.id;
create index app_user_token_types_idx on app_user using gin (token_types);

-- When each user last used a token, as the job last saw it: the order of a list that is too long to be
-- sorted. A table of its own, for the indexes of `app_user` are dear to write.
create table last_use (
    user_id uuid        not null,
    at      timestamptz not null,
    constraint last_use_pkey primary key (user_id),
    constraint last_use_user_id_fkey foreign key (user_id) references app_user (id) on delete cascade
);
comment on column last_use.at is '-infinity: never';
insert into last_use (user_id, at)
select u.id, coalesce(max(t.last_used_at), '-infinity')
from app_user u left join token_auth t on t.user_id = u.id group by u.id;
create index last_use_at_idx on last_use (at, user_id);

-- What was done to one user and that user's tokens, without verifications: those may be millions, of a user
-- whom somebody guesses at, and no entry of theirs is made here.
create index audit_deeds_idx on audit (user_id, at)
    where user_id is not null and action <> 'token.verify';
