//! Switching a user off and on. The tokens stay as they are; while the user is disabled none verifies.

use super::{managed, read};
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::operators::administrators::Administrators;
use crate::{Backend, Switched, sessions, users};
use domain::audit::Deed;
use domain::{Privilege, Reason, Timestamp, UserId};

/// Switches the user off. The sessions of an operator end; the last administrator stays.
pub async fn disable(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    reason: &Reason,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::UsersManage, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::DisableUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = off(&mut change, user, reason).await;
    change.settle(decided).await
}

async fn off(change: &mut Change<'_>, user: UserId, reason: &Reason) -> Result<Decided<Switched>> {
    let (caller, now) = (change.caller, change.caller.now);
    change.note(reason);
    let locked = change.lock_user(user).await?;
    let name = name(change, user).await?;
    if let Some(at) = locked.disabled_at {
        let by = managed::disabled_by(&mut change.tx, user).await?;
        let at = Some(at);
        return Ok(Decided::Nothing(Switched::Already { name, by, at }));
    }
    let administrators = Administrators::lock(&mut change.tx).await?;
    if !administrators.can_spare(user) {
        return Err(Error::LastAdministrator);
    }
    let by = Some((caller.actor_name(), reason.as_str()));
    write(change, user, Some(now), by).await?;
    sessions::factor_changed(&mut change.tx, locked.realm, user).await?;
    users::refresh(&mut change.tx, user, now).await?;
    Ok(Decided::Done(Switched::Done { name }))
}

/// Switches the user on.
pub async fn enable(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    reason: &Reason,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::UsersManage, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::EnableUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = on(&mut change, user, reason).await;
    change.settle(decided).await
}

async fn on(change: &mut Change<'_>, user: UserId, reason: &Reason) -> Result<Decided<Switched>> {
    change.note(reason);
    let locked = change.lock_user(user).await?;
    let name = name(change, user).await?;
    if locked.disabled_at.is_none() {
        let last = managed::last(&mut change.tx, user, Deed::EnableUser).await?;
        return Ok(Decided::Nothing(Switched::already(name, last)));
    }
    write(change, user, None, None).await?;
    users::refresh(&mut change.tx, user, change.caller.now).await?;
    Ok(Decided::Done(Switched::Done { name }))
}

async fn name(change: &mut Change<'_>, user: UserId) -> Result<String> {
    let known = read::load(&mut change.tx, user, None, false).await?;
    Ok(known.display_name())
}

async fn write(
    change: &mut Change<'_>,
    user: UserId,
    at: Option<Timestamp>,
    by: Option<(&str, &str)>,
) -> Result<()> {
    sqlx::query!(
        "update user_auth set disabled_at = $2 where user_id = $1",
        user.0,
        at.map(column),
    )
    .execute(&mut *change.tx)
    .await?;
    let (by, reason) = by.unzip();
    sqlx::query!(
        "update app_user set disabled_by = $2, disabled_reason = $3, updated_at = $4 where id = $1",
        user.0,
        by,
        reason,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
