//! Letting a user be checked again who waits or is locked.

use super::{read, refresh};
use crate::Backend;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::Result;
use crate::instant::instant;
use domain::audit::Deed;
use domain::{Privilege, Reason, Timestamp, TryState, UserId};
use serde::{Deserialize, Serialize};

/// What came of unlocking a user. That there was nothing to unlock is no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unlocked {
    /// It was done.
    Done {
        /// The user's name.
        name: String,
    },
    /// The user neither waited nor was locked.
    Already {
        /// The user's name.
        name: String,
        /// Who unlocked the user last, and when, where that is known.
        last: Option<(String, Timestamp)>,
    },
}

/// Clears the failures of a user who waits or is locked; those of the tokens stay.
pub async fn unlock(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    reason: &Reason,
) -> Result<Unlocked> {
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
) -> Result<Decided<Unlocked>> {
    let now = change.caller.now;
    change.note(reason);
    let locked = change.lock_user(user).await?;
    let known = read::load(&mut change.tx, user, None, false).await?;
    let name = known.display_name();
    if known.try_state(now) == TryState::Open {
        let last = last(change, user).await?;
        return Ok(Decided::Nothing(Unlocked::Already { name, last }));
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
    Ok(Decided::Done(Unlocked::Done { name }))
}

async fn last(change: &mut Change<'_>, user: UserId) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where user_id = $1 and action = $2 and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1",
        user.0,
        Deed::UnlockUser.as_str(),
    )
    .fetch_optional(&mut *change.tx)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}
