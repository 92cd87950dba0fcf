-- Who holds tokens of an obsolete type, one after the other: that they are many is told by the first thousands.
-- Both columns stay as they are for as long as a token is held, so that what a check writes stays heap-only.
create index token_auth_type_id_user_id_idx on token_auth (type_id, user_id);
