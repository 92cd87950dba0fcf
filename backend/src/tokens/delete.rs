//! Removing a token for good: its row and its seed go, the audit keeps what it was.

use super::{Gone, Held, enrol, history, row, status_word};
use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided, LockedUser};
use crate::error::{Error, Result};
use crate::{Backend, sessions, users};
use domain::audit::{Deed, Outcome};
use domain::{Action, Privilege, Reason, Serial, Timestamp, Token, TokenId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct Delete {
    /// Why, or empty.
    pub reason: Reason,
    /// Said yes to: the user cannot sign in without it.
    pub confirmed_last: bool,
}

/// What came of it. That it was gone already is no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deleted {
    /// It was done.
    Done {
        /// The token's name.
        name: String,
    },
    /// It was gone already.
    Already {
        /// The token's name when it went.
        name: String,
        /// Who did it.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// Deletes the token. The last one that the user can sign in with only when that was confirmed. Its
/// serial stays given.
pub async fn delete(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    asked: &Delete,
) -> Result<Deleted> {
    let permit = backend
        .may_for(caller, Privilege::TokensDelete, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::DeleteToken).await? {
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
    asked: &Delete,
) -> Result<Decided<Deleted>> {
    let now = change.caller.now;
    change.note(&asked.reason);
    let held = match Held::lock(change, user, serial).await {
        Ok(held) => held,
        Err(Error::Deleted { .. }) => {
            let already = already(change, user, serial).await?;
            return Ok(Decided::Nothing(already));
        }
        Err(error) => return Err(error),
    };
    held.offered(Action::Delete, now)?;
    let is_last = held.is_last(now);
    if is_last && !asked.confirmed_last {
        return Err(Error::LastToken);
    }
    remove(&mut change.tx, held.token.id).await?;
    sessions::factor_changed(&mut change.tx, held.locked.realm, user).await?;
    users::refresh(&mut change.tx, user, now).await?;
    change.about.changes = Some(kept(&held.token, now, is_last));
    let name = held.token.name();
    Ok(Decided::Done(Deleted::Done { name }))
}

async fn already(change: &mut Change<'_>, user: UserId, serial: &Serial) -> Result<Deleted> {
    let gone = history::gone(&mut change.tx, user, serial).await?;
    let Gone { name, by, at, .. } = gone.ok_or(Error::NotFound)?;
    Ok(Deleted::Already { name, by, at })
}

/// Removes both rows, and the seed with them. The caller holds the user's row and writes the audit.
pub(crate) async fn remove(tx: &mut PgConnection, token: TokenId) -> Result<()> {
    sqlx::query!("delete from token where id = $1", token.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("delete from token_auth where token_id = $1", token.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// Removes all that a user has, also what waits for its proof, with a row of the audit for each; gives
/// the tokens' serials, which are never given again.
pub(crate) async fn remove_all(change: &mut Change<'_>, user: &LockedUser) -> Result<Vec<Serial>> {
    enrol::give_up_all(change, user).await?;
    let tokens = row::of_user(&mut change.tx, user.id).await?;
    for token in &tokens {
        remove(&mut change.tx, token.id).await?;
        let row = Row {
            realm: Some(user.realm),
            user: Some(user.id),
            username: Some(user.username.clone()),
            token: Some(token.id),
            serial: Some(token.serial.as_str().to_owned()),
            object_name: Some(token.name()),
            // the user goes with them, or has signed in by a link
            changes: Some(kept(token, change.caller.now, false)),
            ..Row::new(Deed::DeleteToken, Outcome::Done)
        };
        change.also(&row).await?;
    }
    Ok(tokens.into_iter().map(|token| token.serial).collect())
}

/// What the audit keeps of a token that goes, beside its serial, user and name; instants in seconds.
pub(crate) fn kept(token: &Token, now: Timestamp, is_last: bool) -> serde_json::Value {
    serde_json::json!({
        "status": [status_word(token, now), null],
        "type": [token.token_type.name, null],
        "created": [token.created_at.seconds(), null],
        "created_by": [token.created_by, null],
        "last_used": [token.last_used_at.map(Timestamp::seconds), null],
        "last_token": is_last,
    })
}
