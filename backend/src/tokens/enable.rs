//! Switching a token on again.

use super::{Held, history};
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::Result;
use crate::instant::column;
use crate::{Backend, Switched, sessions, users};
use domain::audit::Deed;
use domain::{Action, Privilege, Reason, Serial, Status, UserId};

/// Switches the token on; of an obsolete type only within its grace.
pub async fn enable(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    reason: &Reason,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnable, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::EnableToken).await? {
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
    if held.token.status(now) != Status::Disabled {
        let last = history::last(&mut change.tx, held.token.id, Deed::EnableToken).await?;
        return Ok(Decided::Nothing(Switched::already(name, last)));
    }
    held.offered(Action::Enable, now)?;
    write(change, &held).await?;
    sessions::factor_changed(&mut change.tx, held.locked.realm, user).await?;
    users::refresh(&mut change.tx, user, now).await?;
    change.about.changes = Some(serde_json::json!({ "status": ["disabled", "enabled"] }));
    Ok(Decided::Done(Switched::Done { name }))
}

async fn write(change: &mut Change<'_>, held: &Held) -> Result<()> {
    sqlx::query!(
        "update token_auth set disabled_at = null, disabled_until = null where token_id = $1",
        held.token.id.0,
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "update token set disabled_by = null, disabled_reason = null, updated_at = $2,
             version = version + 1
         where id = $1",
        held.token.id.0,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
