//! Around every attempt: its turn, its transaction, and its end when the asker has hung up.

use super::checks::Checks;
use crate::Backend;
use crate::error::{Error, Result};
use domain::UserId;
use sqlx::{Postgres, Transaction};
use std::sync::Arc;
use std::time::Duration;

/// How often a lost race is run again.
const ATTEMPTS: u32 = 5;

/// Runs on its own, so that a future that is dropped changes nothing: what was begun ends, is counted
/// and stands in the audit.
pub async fn to_its_end<O, F>(work: F) -> Result<O>
where
    O: Send + 'static,
    F: Future<Output = Result<O>> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(cause) => {
            tracing::error!(%cause, "a check did not end");
            Err(Error::Overloaded("the check did not end"))
        }
    }
}

/// Waits for the user's turn and decides; `None` and a lost race decide again from the new state.
pub async fn decided<O>(
    backend: &Backend,
    user: UserId,
    mut once: impl AsyncFnMut() -> Result<Option<O>>,
) -> Result<O> {
    let _turn = Checks::turn(&Arc::clone(&backend.checks), user).await?;
    for attempt in 1..=ATTEMPTS {
        match once().await {
            Ok(Some(outcome)) => return Ok(outcome),
            Ok(None) => {}
            Err(error) if error.is_passing() => {
                tracing::debug!(%error, attempt, "a check is decided again");
            }
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5)).await;
    }
    Err(Error::Overloaded("the user's row is held by others"))
}

/// Opens a transaction that waits for locks and statements a short time only.
pub async fn begin(backend: &Backend) -> Result<Transaction<'static, Postgres>> {
    let mut tx = backend.db.begin().await?;
    sqlx::query!(
        r#"select set_config('lock_timeout', '2s', true) as "lock",
               set_config('statement_timeout', '5s', true) as "statement""#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(tx)
}
