-- What failed or was refused to one user: rare among the verifications of a user who signs in all day. A check
-- that is accepted makes no entry here.
create index audit_failures_idx on audit (user_id, at)
    where user_id is not null and result <> 'done';
