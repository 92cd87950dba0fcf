//! How a deed ends, and what is kept of it: for a repeat of its request, and in the audit.

use super::Change;
use crate::audit::{self, Row};
use crate::error::{Error, Result};
use domain::audit::Outcome;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgConnection;

/// How a deed ended that was not refused.
#[derive(Debug)]
pub enum Decided<O> {
    /// It was done; this came out.
    Done(O),
    /// Nothing was to be done: it was so already, or another version stands there. The outcome says so.
    Nothing(O),
}

/// The point behind the row of the request, to which a refused deed goes back.
pub(super) async fn undecided(tx: &mut PgConnection) -> Result<()> {
    sqlx::query!("savepoint undecided").execute(tx).await?;
    Ok(())
}

/// A refusal as the row of a request keeps it; `None` for what could not be decided.
pub(crate) fn refused(error: &Error) -> Option<Value> {
    let refused = serde_json::to_value(error).ok()?;
    Some(json!({ "refused": refused }))
}

/// What such a row keeps: the outcome, or the refusal. What cannot be read is of another deed.
pub(crate) fn kept<O: DeserializeOwned>(row: Value) -> Result<O> {
    #[derive(Deserialize)]
    struct Refused {
        refused: Error,
    }
    match Refused::deserialize(&row) {
        Ok(Refused { refused }) => Err(refused),
        Err(_) => serde_json::from_value(row).map_err(|_| Error::RequestReused),
    }
}

impl Change<'_> {
    /// Ends the deed as it was decided. What it wrote is committed if it was done, with its row of the
    /// audit, and else taken back; the answer is kept for a repeat, also a refusal, which has a row too.
    /// Only what could not be decided is kept nowhere.
    pub async fn settle<O: Serialize>(mut self, decided: Result<Decided<O>>) -> Result<O> {
        let (kept, answer) = match decided {
            Ok(Decided::Done(outcome)) => {
                let row = self.about.clone();
                return self.commit(&row, outcome).await;
            }
            Ok(Decided::Nothing(outcome)) => (encoded(&outcome)?, Ok(outcome)),
            Err(error) => match refused(&error) {
                Some(refused) => (refused, Err(error)),
                None => return Err(error),
            },
        };
        sqlx::query!("rollback to savepoint undecided")
            .execute(&mut *self.tx)
            .await?;
        if let Some(reason) = answer.as_ref().err().and_then(Error::refusal) {
            let row = Row {
                outcome: Outcome::Refused,
                reason: Some(reason.to_owned()),
                changes: None,
                ..(*self.about).clone()
            };
            audit::write(&mut self.tx, self.caller, &row).await?;
        }
        self.keep(kept).await?;
        self.tx.commit().await?;
        answer
    }

    /// Writes the audit row, keeps the outcome for a repeat, and commits.
    pub async fn commit<O: Serialize>(mut self, row: &Row, outcome: O) -> Result<O> {
        audit::write(&mut self.tx, self.caller, row).await?;
        self.keep(encoded(&outcome)?).await?;
        self.tx.commit().await?;
        Ok(outcome)
    }

    async fn keep(&mut self, answer: Value) -> Result<()> {
        let Some((asked_by, id)) = self.request else {
            return Ok(());
        };
        sqlx::query!(
            "update request set outcome = $3 where asked_by = $1 and request_id = $2",
            asked_by,
            id,
            answer,
        )
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

fn encoded<O: Serialize>(outcome: &O) -> Result<Value> {
    serde_json::to_value(outcome).map_err(|_| Error::Stored("outcome"))
}
