//! Switching a token off, perhaps until a date.

use super::Held;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::{Backend, Switched, sessions, users};
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
    let mut change = match Change::begin(backend, caller, permit, Deed::DisableToken).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = decide(&mut change, user, serial, asked).await;
    change.settle(decided).await
}

async fn decide(
    change: &mut Change<'_>,
    user: UserId,
    serial: &Serial,
    asked: &Disable,
) -> Result<Decided<Switched>> {
    let now = change.caller.now;
    change.note(&asked.reason);
    let held = Held::lock(change, user, serial).await?;
    let name = held.token.name();
    if let (Status::Disabled, Some(it)) = (held.token.status(now), &held.token.disabled) {
        let last = Some((it.by.clone(), it.at));
        return Ok(Decided::Nothing(Switched::already(name, last)));
    }
    held.offered(Action::Disable, now)?;
    let is_last = held.is_last(now);
    if is_last && !asked.confirmed_last {
        return Err(Error::LastToken);
    }
    write(change, &held, asked).await?;
    sessions::factor_changed(&mut change.tx, held.locked.realm, user).await?;
    users::refresh(&mut change.tx, user, now).await?;
    change.about.changes = Some(serde_json::json!({
        "status": [super::status_word(&held.token, now), "disabled"],
        "until": [null, asked.until.map(Timestamp::seconds)],
        "last_token": is_last,
    }));
    Ok(Decided::Done(Switched::Done { name }))
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
