//! Around every attempt: its turn, its transaction, and its end when the asker has hung up.

use crate::Backend;
use crate::error::{Error, Result};
use sqlx::{Postgres, Transaction};
use std::time::Duration;

/// How often a lost race is run again.
const AT_MOST: u32 = 5;

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

/// A check that is decided again, a bounded number of times, when the state has moved under it.
#[derive(Default)]
pub struct Attempts(u32);

impl Attempts {
    /// The outcome, or `None` when it is to be decided again.
    pub async fn settle<O>(&mut self, attempt: Result<Option<O>>) -> Result<Option<O>> {
        match attempt {
            Ok(Some(outcome)) => return Ok(Some(outcome)),
            Ok(None) => {}
            Err(error) if error.is_passing() => {
                tracing::debug!(%error, attempt = self.0, "a check is decided again");
            }
            Err(error) => return Err(error),
        }
        self.0 += 1;
        if self.0 >= AT_MOST {
            return Err(Error::Overloaded("the user's row is held by others"));
        }
        tokio::time::sleep(Duration::from_millis(u64::from(self.0) * 5)).await;
        Ok(None)
    }
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
