-- The digits of phone numbers leave the searched text for a column of their own: whoever sees numbers
-- masked must not find them digit by digit.

alter table app_user add column phones text not null default '' collate "C";
comment on column app_user.phones is
    'digits of phone numbers, searched only in realms where the caller may see them in full';
comment on column app_user.search is
    'folded names, username and serials, what the search looks in';

-- what is taken out here of a name or serial that reads like the number, the job puts back
update app_user u
set phones = p.phones,
    search = array_to_string(array(
        select part from unnest(string_to_array(u.search, E'\n')) with ordinality as parts (part, place)
        where part <> all (p.each) order by place), E'\n')
from (
    select user_id, string_agg(digits, E'\n' order by preferred desc, value) as phones,
        array_agg(digits) as each
    from (
        select user_id, preferred, value,
            ltrim(regexp_replace(replace(value, '(0)', ''), '[^0-9]', '', 'g'), '0') as digits
        from contact where kind = 'phone') as phone
    where digits <> ''
    group by user_id) as p
where u.id = p.user_id;
update job set due_at = now() where name = 'refresh_can_sign_in';

create index app_user_phones_idx on app_user using gin (phones gin_trgm_ops);
