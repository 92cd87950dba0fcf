//! Recomputes what is derived of a user: the search columns, and what the list filters and sorts by and no
//! deed trusts.

use crate::error::{Error, Result};
use crate::instant::instant;
use crate::users::{read, search};
use crate::{Backend, tokens};
use domain::{ContactKind, RealmId, Status, Timestamp, Token, Tries, User, UserId};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Users who are compared at a time; nobody is locked meanwhile.
const PAGE: i64 = 200;
/// Users who are locked at a time, in a transaction of their own.
const BATCH: usize = 20;

#[derive(PartialEq, Eq)]
struct Derived {
    can_sign_in: bool,
    token_types: Vec<Uuid>,
    search: String,
    phones: String,
}

fn derive<'a>(
    user: &'a User,
    numbers: impl IntoIterator<Item = &'a str>,
    tokens: &'a [Token],
    now: Timestamp,
) -> Derived {
    let names = [&user.given_name, &user.family_name, &user.username];
    let serials = tokens.iter().map(|token| token.serial.as_str());
    let switched_on = tokens
        .iter()
        .filter(|token| token.status(now) != Status::Disabled);
    let types: BTreeSet<Uuid> = switched_on.map(|token| token.token_type.id.0).collect();
    Derived {
        can_sign_in: domain::token::can_sign_in(user, tokens, now),
        token_types: types.into_iter().collect(),
        search: search::text(names.map(String::as_str), serials),
        phones: search::phones(numbers),
    }
}

/// Recomputes it for one user, in the transaction of what changed it. Writes only what differs.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<()> {
    let known = read::load(tx, user, None, true).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    let phones = known
        .contacts
        .iter()
        .filter(|contact| contact.kind == ContactKind::Phone);
    let numbers = phones.map(|phone| phone.value.as_str());
    let derived = derive(&known, numbers, &tokens, now);
    sqlx::query!(
        "update app_user set can_sign_in = $2, search = $3, phones = $4, token_types = $5
         where id = $1
             and (can_sign_in, search, phones, token_types) is distinct from ($2, $3, $4, $5)",
        user.0,
        derived.can_sign_in,
        derived.search,
        derived.phones,
        &derived.token_types,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Recomputes it for everybody: tokens expire and graces end without a deed. Returns how many users
/// were looked at. Who is held by a deed or a check is left for the next run.
pub async fn refresh_all(backend: &Backend, now: Timestamp) -> Result<u64> {
    let (mut looked_at, mut after) = (0, Uuid::nil());
    loop {
        let page = page(backend, after, now).await?;
        let Some((last, _)) = page.last() else {
            return Ok(looked_at);
        };
        after = last.0;
        looked_at += u64::try_from(page.len()).unwrap_or(0);
        let stale = page.iter().filter(|(_, is_stale)| *is_stale);
        let stale: Vec<Uuid> = stale.map(|(user, _)| user.0).collect();
        for batch in stale.chunks(BATCH) {
            refresh_some(backend, batch, now).await?;
        }
        let ids: Vec<Uuid> = page.iter().map(|(user, _)| user.0).collect();
        see_last_use(backend, &ids).await?;
    }
}

async fn refresh_some(backend: &Backend, users: &[Uuid], now: Timestamp) -> Result<()> {
    let mut tx = backend.db.begin().await?;
    let locked = sqlx::query_scalar!(
        "select user_id from user_auth where user_id = any($1) for no key update skip locked",
        users,
    )
    .fetch_all(&mut *tx)
    .await?;
    for user in locked {
        refresh(&mut tx, UserId(user), now).await?;
    }
    Ok(tx.commit().await?)
}

/// Writes down when these users last used a token, where that has changed.
async fn see_last_use(backend: &Backend, users: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "insert into last_use (user_id, at)
         select used.id, used.at from (
             select u.id, coalesce(max(t.last_used_at), '-infinity') as at
             from app_user u left join token_auth t on t.user_id = u.id
             where u.id = any($1) group by u.id) as used
         left join last_use l on l.user_id = used.id
         where l.at is distinct from used.at
         on conflict (user_id) do update set at = excluded.at",
        users,
    )
    .execute(&backend.db)
    .await?;
    Ok(())
}

/// The next users in the order of their ids, and whether what is stored of them differs.
async fn page(backend: &Backend, after: Uuid, now: Timestamp) -> Result<Vec<(UserId, bool)>> {
    let mut db = backend.db.acquire().await?;
    let rows = sqlx::query!(
        r#"select u.id, u.realm_id, u.username, u.given_name, u.family_name, u.can_sign_in,
             u.token_types, u.search, u.phones, a.failures, a.retry_at, a.disabled_at,
             array(select value from contact where user_id = u.id and kind = 'phone'
                   order by preferred desc, value) as "numbers!"
         from app_user u join user_auth a on a.user_id = u.id
         where u.id > $1 order by u.id limit $2"#,
        after,
        PAGE,
    )
    .fetch_all(&mut *db)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut held: HashMap<UserId, Vec<Token>> = HashMap::new();
    for (user, token) in tokens::row::of_users(&mut db, &ids).await? {
        held.entry(user).or_default().push(token);
    }
    let mut page = Vec::with_capacity(rows.len());
    for row in rows {
        let user = User {
            id: UserId(row.id),
            realm: RealmId(row.realm_id),
            realm_name: String::new(),
            username: row.username,
            given_name: row.given_name,
            family_name: row.family_name,
            department: String::new(),
            contacts: Vec::new(),
            tries: Tries {
                failures: u32::try_from(row.failures).map_err(|_| Error::Stored("failures"))?,
                retry_at: row.retry_at.map(instant),
            },
            disabled_at: row.disabled_at.map(instant),
        };
        let stored = Derived {
            can_sign_in: row.can_sign_in,
            token_types: row.token_types,
            search: row.search,
            phones: row.phones,
        };
        let tokens = held.remove(&user.id).unwrap_or_default();
        let numbers = row.numbers.iter().map(String::as_str);
        page.push((user.id, derive(&user, numbers, &tokens, now) != stored));
    }
    Ok(page)
}
