//! Of whom what is derived may have changed without a deed.

use crate::Backend;
use crate::error::Result;
use crate::instant::column;
use domain::{Limit, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// Those whose instant has come, who were locked, and who hold a token of a type that was edited or whose date
/// came since then, each once. Whoever unlocks refreshes in the same commit.
pub(super) async fn since(
    backend: &Backend,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Uuid>> {
    let mut db = backend.db.acquire().await?;
    let mut users = come(&mut db, now).await?;
    users.extend(locked(&mut db).await?);
    let types = types(&mut db, since, now).await?;
    if !types.is_empty() {
        users.extend(holders(&mut db, &types).await?);
    }
    users.sort_unstable();
    users.dedup();
    Ok(users)
}

async fn come(db: &mut PgConnection, now: Timestamp) -> Result<Vec<Uuid>> {
    let come = sqlx::query_scalar!(
        "select id from app_user where derived_until <= $1",
        column(now),
    );
    Ok(come.fetch_all(db).await?)
}

/// Who is said to sign in, and is locked or has a token that is: checks count failures without a deed.
async fn locked(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    let [user, token] = [Limit::USER, Limit::TOKEN].map(lock_at);
    let locked = sqlx::query_scalar!(
        r#"select u.id as "id!" from user_auth a join app_user u on u.id = a.user_id
         where a.halted and a.failures >= $1 and u.can_sign_in
         union all
         select u.id from token_auth t join app_user u on u.id = t.user_id
         where t.halted and t.failures >= $2 and u.can_sign_in"#,
        user,
        token,
    );
    Ok(locked.fetch_all(db).await?)
}

fn lock_at(limit: Limit) -> i32 {
    let lock_at = limit.lock_at().and_then(|at| i32::try_from(at).ok());
    lock_at.unwrap_or(i32::MAX)
}

async fn types(db: &mut PgConnection, since: Timestamp, now: Timestamp) -> Result<Vec<Uuid>> {
    let types = sqlx::query_scalar!(
        "select id from token_type
         where updated_at between $1 and $2
             or obsolete_since between $1 and $2 or grace_until between $1 and $2",
        column(since),
        column(now),
    );
    Ok(types.fetch_all(db).await?)
}

async fn holders(db: &mut PgConnection, types: &[Uuid]) -> Result<Vec<Uuid>> {
    let holders = sqlx::query_scalar!("select id from app_user where token_types && $1", types);
    Ok(holders.fetch_all(db).await?)
}
