//! Refreshing many users: compared first, a page at a time, without locks; only whose row is stale is locked.

use super::{Derived, derive, refresh, who};
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::users::last_use;
use crate::{Backend, tokens};
use domain::{RealmId, Timestamp, Token, Tries, User, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// Users who are compared at a time; nobody is locked meanwhile.
const PAGE: usize = 200;
/// Users who are locked at a time, in a transaction of their own.
const BATCH: usize = 20;
/// What happened so long before the last run is looked at again: it may have been committed after that, and
/// the clocks of several servers differ.
const OVERLAP: Duration = Duration::from_secs(120);

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Users who were compared.
    pub looked_at: u64,
    /// Stale ones among them whom a deed or a check held: they are left for the next run.
    pub left: u64,
}

/// Recomputes it for whom it may have changed without a deed since the last run: tokens expire, checks lock,
/// and types end.
pub async fn refresh_since(backend: &Backend, ran_at: Timestamp, now: Timestamp) -> Result<Run> {
    let since = ran_at.before(OVERLAP);
    let mut run = Run::default();
    for page in who::since(backend, since, now).await?.chunks(PAGE) {
        run.refresh(backend, page, now).await?;
    }
    last_use::see_since(backend, since, now).await?;
    Ok(run)
}

/// Recomputes it for everybody.
pub async fn refresh_all(backend: &Backend, now: Timestamp) -> Result<Run> {
    let (mut run, mut after) = (Run::default(), Uuid::nil());
    loop {
        let page = sqlx::query_scalar!(
            "select id from app_user where id > $1 order by id limit $2",
            after,
            i64::try_from(PAGE).unwrap_or(i64::MAX),
        )
        .fetch_all(&backend.db)
        .await?;
        let Some(last) = page.last() else {
            return Ok(run);
        };
        after = *last;
        run.refresh(backend, &page, now).await?;
        last_use::see(&mut *backend.db.acquire().await?, &page).await?;
    }
}

impl Run {
    async fn refresh(&mut self, backend: &Backend, page: &[Uuid], now: Timestamp) -> Result<()> {
        self.looked_at += u64::try_from(page.len()).unwrap_or(0);
        let stale = stale(&mut *backend.db.acquire().await?, page, now).await?;
        for batch in stale.chunks(BATCH) {
            let refreshed = lock_and_refresh(backend, batch, now).await?;
            self.left += u64::try_from(batch.len() - refreshed).unwrap_or(0);
        }
        Ok(())
    }
}

/// Refreshes those whom nobody holds, and says how many that were.
async fn lock_and_refresh(backend: &Backend, users: &[Uuid], now: Timestamp) -> Result<usize> {
    let mut tx = backend.db.begin().await?;
    let locked = sqlx::query_scalar!(
        "select user_id from user_auth where user_id = any($1) for no key update skip locked",
        users,
    )
    .fetch_all(&mut *tx)
    .await?;
    for user in &locked {
        refresh(&mut tx, UserId(*user), now).await?;
    }
    tx.commit().await?;
    Ok(locked.len())
}

/// Those of these users of whom something else is stored than is derived now.
async fn stale(db: &mut PgConnection, users: &[Uuid], now: Timestamp) -> Result<Vec<Uuid>> {
    let rows = sqlx::query!(
        r#"select u.id, u.realm_id, u.username, u.given_name, u.family_name, u.can_sign_in,
             u.token_types, u.search, u.phones, u.derived_until, a.failures, a.retry_at, a.disabled_at,
             array(select value from contact where user_id = u.id and kind = 'phone'
                   order by preferred desc, value) as "numbers!"
         from app_user u join user_auth a on a.user_id = u.id where u.id = any($1)"#,
        users,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut held: HashMap<UserId, Vec<Token>> = HashMap::new();
    for (user, token) in tokens::row::of_users(db, users).await? {
        held.entry(user).or_default().push(token);
    }
    let mut stale = Vec::new();
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
            until: row.derived_until.map(instant),
            search: row.search,
            phones: row.phones,
        };
        let tokens = held.remove(&user.id).unwrap_or_default();
        let numbers = row.numbers.iter().map(String::as_str);
        if derive(&user, numbers, &tokens, now) != stored {
            stale.push(row.id);
        }
    }
    Ok(stale)
}
