-- What is derived of a user for the lists changes by the passing of time too: when a token expires, and when
-- its disablement ends. The next such instant stands beside it, so that the job that keeps it finds those
-- whose instant has come and does not go over everybody. The dates of a type are not in it, or ending a type
-- would write a row for each of its holders: the job finds these by `token_types`.
alter table app_user add column derived_until timestamptz;
comment on column app_user.derived_until is
    'what is derived holds until then, as far as the user''s own tokens go; null: for ever';
update app_user u set derived_until = held.until
from (select user_id, min(least(case when expires_at > now() then expires_at end,
                                case when disabled_until > now() then disabled_until end)) as until
      from token_auth where user_id is not null and (expires_at > now() or disabled_until > now())
      group by user_id) as held
where held.user_id = u.id;
create index app_user_derived_until_idx on app_user (derived_until) where derived_until is not null;

-- Set when a run came to its end, for the next one looks at what happened since. So far it was set when one
-- began, whatever became of it: the next run goes over everybody, once.
update job set ran_at = null where name = 'refresh_can_sign_in';
comment on column job.ran_at is 'when the last run began that did all it had to';
