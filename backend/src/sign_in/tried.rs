//! Trying an operator's password, and the same work for somebody who has none.

use crate::Backend;
use crate::auth::Caller;
use crate::auth::password::{Password, Turn};
use crate::error::Result;
use crate::instant::{column, instant};
use domain::{Limit, RealmId, Tries, TryState, UserId};
use sqlx::Connection as _;

/// What trying a password came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// It is the operator's.
    Right,
    /// It is not, or none is set.
    Wrong,
    /// Not evaluated.
    Waits(domain::Timestamp),
}

/// Compares a password with the operator's. The comparison is slow, so the failure is counted first and
/// taken back after a right one: parallel tries, and tries whose asker hangs up, all count. Both are
/// written on one connection, which is held meanwhile: a right password must not stay counted because
/// none was free to take it back.
pub(crate) async fn try_password(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    typed: &Password,
    turn: Turn,
) -> Result<Tried> {
    let mut connection = backend.db.acquire().await?;
    let mut tx = connection.begin().await?;
    let row = sqlx::query!(
        "select password_hash, password_failures, password_retry_at from operator
         where user_id = $1 for no key update",
        operator.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    let tries = Tries {
        failures: u32::try_from(row.password_failures).unwrap_or(u32::MAX),
        retry_at: row.password_retry_at.map(instant),
    };
    let waits = match tries.state(Limit::PASSWORD, caller.now) {
        TryState::Waits(until) => Some(until),
        TryState::Open | TryState::Locked => None,
    };
    // who waits is written too, as it is, so that it takes as long
    let claimed = match waits {
        Some(_) => tries,
        None => tries.failed(Limit::PASSWORD, caller.now),
    };
    sqlx::query!(
        "update operator set password_failures = $2, password_retry_at = $3 where user_id = $1",
        operator.0,
        i32::try_from(claimed.failures).unwrap_or(i32::MAX),
        claimed.retry_at.map(column),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if let Some(until) = waits {
        typed.is(None, turn).await?;
        return Ok(Tried::Waits(until));
    }
    if !typed.is(row.password_hash, turn).await? {
        return Ok(Tried::Wrong);
    }
    sqlx::query!(
        "update operator set password_failures = 0, password_retry_at = null where user_id = $1",
        operator.0,
    )
    .execute(&mut *connection)
    .await?;
    Ok(Tried::Right)
}

/// The same statements for somebody who cannot sign in, on a decoy.
pub(super) async fn claim_of_nobody(backend: &Backend, username: &str) -> Result<()> {
    let mut tx = backend.db.begin().await?;
    let decoy = sqlx::query!(
        "select user_id, failures from user_auth where realm_id = $1 and username_key = $2
         for no key update",
        RealmId::DECOYS.0,
        backend.decoy_key(&[username.as_bytes()]),
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "update user_auth set failures = $2 where user_id = $1",
        decoy.user_id,
        decoy.failures,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
