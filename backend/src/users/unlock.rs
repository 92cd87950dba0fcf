//! Letting a user be checked again who waits or is locked.

use super::{managed, read, refresh};
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::Result;
use crate::{Backend, Switched};
use domain::audit::Deed;
use domain::{Privilege, Reason, TryState, UserId};

/// Clears the failures of a user who waits or is locked; those of the tokens stay.
pub async fn unlock(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    reason: &Reason,
) -> Result<Switched> {
    let permit = backend
        .may_for(caller, Privilege::TokensUnlock, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::UnlockUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = decide(&mut change, user, reason).await;
    change.settle(decided).await
}

async fn decide(
    change: &mut Change<'_>,
    user: UserId,
    reason: &Reason,
) -> Result<Decided<Switched>> {
    let now = change.caller.now;
    change.note(reason);
    let locked = change.lock_user(user).await?;
    let known = read::load(&mut change.tx, user, None, false).await?;
    let name = known.display_name();
    if known.try_state(now) == TryState::Open {
        let last = managed::last(&mut change.tx, user, Deed::UnlockUser).await?;
        return Ok(Decided::Nothing(Switched::already(name, last)));
    }
    sqlx::query!(
        "update user_auth set failures = 0, retry_at = null where user_id = $1",
        user.0,
    )
    .execute(&mut *change.tx)
    .await?;
    refresh(&mut change.tx, user, now).await?;
    let failures = locked.tries.failures;
    change.about.changes = Some(serde_json::json!({ "failures": [failures, 0] }));
    Ok(Decided::Done(Switched::Done { name }))
}
