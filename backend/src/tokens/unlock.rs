//! Letting a token be tried again that waits or is locked.

use super::{Held, Switched, history};
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::{Backend, users};
use domain::audit::Deed;
use domain::{Action, Blocked, Privilege, Reason, Serial, Status, TryState, UserId};

/// Clears the token's failures. One that neither waits nor is locked stays as it is: its failures still
/// count towards the next wait.
pub async fn unlock(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    reason: &Reason,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::TokensUnlock, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let held = Held::lock(&mut change, user, serial).await?;
    if held.token.try_state(caller.now) == TryState::Open {
        let (by, at) = history::last(&mut change.tx, held.token.id, Deed::UnlockToken)
            .await?
            .unzip();
        let name = held.token.name();
        return Ok(Switched::Already { name, by, at });
    }
    if held.token.status(caller.now) == Status::Disabled {
        return Err(Error::Blocked(Blocked::Disabled));
    }
    held.offered(Action::Unlock, caller.now)?;
    write(&mut change, &held).await?;
    users::refresh(&mut change.tx, user, caller.now).await?;
    let mut row = held.row(Deed::UnlockToken);
    row.note = (!reason.is_empty()).then(|| reason.as_str().to_owned());
    row.changes = Some(serde_json::json!({ "failures": [held.token.tries.failures, 0] }));
    let name = held.token.name();
    change.commit(&row, Switched::Done { name }).await
}

async fn write(change: &mut Change<'_>, held: &Held) -> Result<()> {
    sqlx::query!(
        "update token_auth set failures = 0, retry_at = null where token_id = $1",
        held.token.id.0,
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "update token set updated_at = $2, version = version + 1 where id = $1",
        held.token.id.0,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
