//! Letting a token be tried again that waits or is locked.

use super::{Held, history};
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::{Backend, Switched, users};
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
    let mut change = match Change::begin(backend, caller, permit, Deed::UnlockToken).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = decide(&mut change, user, serial, reason).await;
    change.settle(decided).await
}

async fn decide(
    change: &mut Change<'_>,
    user: UserId,
    serial: &Serial,
    reason: &Reason,
) -> Result<Decided<Switched>> {
    let now = change.caller.now;
    change.note(reason);
    let held = Held::lock(change, user, serial).await?;
    let name = held.token.name();
    if held.token.try_state(now) == TryState::Open {
        let last = history::last(&mut change.tx, held.token.id, Deed::UnlockToken).await?;
        return Ok(Decided::Nothing(Switched::already(name, last)));
    }
    if held.token.status(now) == Status::Disabled {
        return Err(Error::Blocked(Blocked::Disabled));
    }
    held.offered(Action::Unlock, now)?;
    write(change, &held).await?;
    users::refresh(&mut change.tx, user, now).await?;
    let failures = held.token.tries.failures;
    change.about.changes = Some(serde_json::json!({ "failures": [failures, 0] }));
    Ok(Decided::Done(Switched::Done { name }))
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
