//! The request row of a check: a repeat gets the same answer and spends nothing.

use crate::auth::Caller;
use crate::change::kept;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::seal::KeyRing;
use domain::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

/// The outcome of the same request when it came before. The user's row is locked meanwhile, so that two
/// that are sent at once stand in line.
pub async fn earlier<O: DeserializeOwned>(
    tx: &mut PgConnection,
    keys: &KeyRing,
    caller: &Caller,
) -> Result<Option<O>> {
    let (Some(request), Some(asked_by)) = (&caller.request, caller.asked_by()) else {
        return Ok(None);
    };
    let row = sqlx::query!(
        "select digest, outcome from request where asked_by = $1 and request_id = $2",
        asked_by,
        request.id,
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.digest != keys.digest("request", &request.content) {
        return Err(Error::RequestReused);
    }
    let outcome = row.outcome.ok_or(Error::Stored("request.outcome"))?;
    kept(outcome).map(Some)
}

/// Keeps the outcome. `false` when the same id was used meanwhile, for another user: look again.
pub async fn keep<O: Serialize>(
    tx: &mut PgConnection,
    keys: &KeyRing,
    caller: &Caller,
    user: UserId,
    outcome: &O,
) -> Result<bool> {
    let (Some(request), Some(asked_by)) = (&caller.request, caller.asked_by()) else {
        return Ok(true);
    };
    let outcome = serde_json::to_value(outcome).map_err(|_| Error::Stored("outcome"))?;
    let inserted = sqlx::query!(
        "insert into request (asked_by, request_id, user_id, digest, outcome, at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        asked_by,
        request.id,
        user.0,
        keys.digest("request", &request.content),
        outcome,
        column(caller.now),
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
