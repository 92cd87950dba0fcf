-- Who has a word elsewhere than at the beginning of the name that lists are sorted by. Of a common family
-- name the index of all that is searched gives everybody who bears it, for their usernames hold it too; they
-- stand together in the order, and who else has the word is few. In this text the name, as far as its first
-- space, is cut wherever it occurs, behind its first letter, with the second one on both sides: no word of
-- three letters that is not over the cut is lost. `backend::users::inside` knows who else must be looked at.
create function searched_inside(search text, sort_name text) returns text
    language sql immutable parallel safe
    return case when length(split_part(sort_name, ' ', 1)) < 3 then search
        else replace(search, split_part(sort_name, ' ', 1), left(split_part(sort_name, ' ', 1), 2) || E'\n'
            || substr(split_part(sort_name, ' ', 1), 2)) end;
create index app_user_inside_idx on app_user using gin (searched_inside(search, sort_name) gin_trgm_ops);

-- what the planner knows of an index on an expression
analyze app_user;
