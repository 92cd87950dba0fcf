//! Switching a token on again.

use super::{Held, Switched, history};
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::Result;
use crate::instant::column;
use crate::{Backend, sessions, users};
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
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let held = Held::lock(&mut change, user, serial).await?;
    if held.token.status(caller.now) != Status::Disabled {
        let (by, at) = history::last(&mut change.tx, held.token.id, Deed::EnableToken)
            .await?
            .unzip();
        let name = held.token.name();
        return Ok(Switched::Already { name, by, at });
    }
    held.offered(Action::Enable, caller.now)?;
    write(&mut change, &held).await?;
    sessions::factor_changed(&mut change.tx, held.locked.realm, user).await?;
    users::refresh(&mut change.tx, user, caller.now).await?;
    let mut row = held.row(Deed::EnableToken);
    row.note = (!reason.is_empty()).then(|| reason.as_str().to_owned());
    row.changes = Some(serde_json::json!({ "status": ["disabled", "enabled"] }));
    let name = held.token.name();
    change.commit(&row, Switched::Done { name }).await
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
