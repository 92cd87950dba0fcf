//! Switching a token off, perhaps until a date.

use super::{Held, Switched};
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::{Backend, sessions, users};
use domain::audit::Deed;
use domain::{Action, Privilege, Reason, Serial, Status, Timestamp, UserId};

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct Disable {
    /// Why, or empty.
    pub reason: Reason,
    /// When it ends by itself; after now.
    pub until: Option<Timestamp>,
    /// Said yes to: the user cannot sign in without it.
    pub confirmed_last: bool,
}

/// Switches the token off. The last one that the user can sign in with only when that was confirmed.
pub async fn disable(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    asked: &Disable,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::TokensDisable, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let held = Held::lock(&mut change, user, serial).await?;
    if let (Status::Disabled, Some(by)) = (held.token.status(caller.now), &held.token.disabled) {
        return Ok(Switched::Already {
            name: held.token.name(),
            by: Some(by.by.clone()),
            at: Some(by.at),
        });
    }
    held.offered(Action::Disable, caller.now)?;
    let is_last = held.is_last(caller.now);
    if is_last && !asked.confirmed_last {
        return Err(Error::LastToken);
    }
    write(&mut change, &held, asked).await?;
    sessions::factor_changed(&mut change.tx, held.locked.realm, user).await?;
    users::refresh(&mut change.tx, user, caller.now).await?;
    let mut row = held.row(Deed::DisableToken);
    row.note = (!asked.reason.is_empty()).then(|| asked.reason.as_str().to_owned());
    row.changes = Some(serde_json::json!({
        "status": [super::status_word(&held.token, caller.now), "disabled"],
        "until": [null, asked.until.map(Timestamp::seconds)],
        "last_token": is_last,
    }));
    let name = held.token.name();
    change.commit(&row, Switched::Done { name }).await
}

async fn write(change: &mut Change<'_>, held: &Held, asked: &Disable) -> Result<()> {
    let now = column(change.caller.now);
    sqlx::query!(
        "update token_auth set disabled_at = $2, disabled_until = $3 where token_id = $1",
        held.token.id.0,
        now,
        asked.until.map(column),
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "update token set disabled_by = $2, disabled_reason = $3, updated_at = $4,
             version = version + 1
         where id = $1",
        held.token.id.0,
        change.caller.actor_name(),
        asked.reason.as_str(),
        now,
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
