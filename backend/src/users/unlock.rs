//! Letting a user be checked again who waits or is locked.

use super::{read, refresh};
use crate::Backend;
use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::Result;
use crate::instant::instant;
use domain::audit::{Deed, Outcome};
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
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let locked = change.lock_user(user).await?;
    let known = read::load(&mut change.tx, user, None, false).await?;
    let name = known.display_name();
    if known.try_state(caller.now) == TryState::Open {
        let last = last(&mut change, user).await?;
        return Ok(Unlocked::Already { name, last });
    }
    sqlx::query!(
        "update user_auth set failures = 0, retry_at = null where user_id = $1",
        user.0,
    )
    .execute(&mut *change.tx)
    .await?;
    refresh(&mut change.tx, user, caller.now).await?;
    let row = Row {
        realm: Some(locked.realm),
        user: Some(user),
        username: Some(locked.username),
        note: (!reason.is_empty()).then(|| reason.as_str().to_owned()),
        changes: Some(serde_json::json!({ "failures": [locked.tries.failures, 0] })),
        ..Row::new(Deed::UnlockUser, Outcome::Done)
    };
    change.commit(&row, Unlocked::Done { name }).await
}

async fn last(change: &mut Change<'_>, user: UserId) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where user_id = $1 and action = $2 and result = 'done'
         order by at desc, id desc limit 1",
        user.0,
        Deed::UnlockUser.as_str(),
    )
    .fetch_optional(&mut *change.tx)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}
