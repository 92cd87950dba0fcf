//! What operators change of their own: here, the password.

use crate::Backend;
use crate::audit::Row;
use crate::auth::password::{Password, Turn};
use crate::auth::{Actor, Caller, Permit};
use crate::change::{Begun, Change};
use crate::check::{self, Checked};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::sessions;
use crate::sign_in::{Tried, try_password};
use domain::audit::{Deed, Outcome};
use domain::check::Refusal;
use domain::{RealmId, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// How choosing a new password ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Changed {
    /// It is chosen, and all other sessions have ended.
    Done,
    /// The old password was wrong.
    WrongPassword,
    /// The old password was not looked at before this instant.
    Waits(Timestamp),
    /// The code was not accepted.
    Refused(Refusal),
}

/// Takes the old password and a fresh code, then sets the new one and ends all other sessions.
pub async fn change_password(
    backend: &Backend,
    caller: &Caller,
    old: &Password,
    new: &Password,
    code: &str,
) -> Result<Changed> {
    let Actor::Operator { id, session, .. } = &caller.actor else {
        return Err(Error::NotSignedIn);
    };
    // a double click's second waits for the first, and gets its outcome
    let _turn = backend.accounts.turn(*id).await?;
    if let Some(changed) = earlier(backend, caller).await? {
        return Ok(changed);
    }
    // what is slow comes first, so that no connection is held meanwhile
    let hash_turn = Turn::wait().await?;
    let changed = evaluate(backend, caller, *id, (old, hash_turn), code).await?;
    let hash = match changed {
        Changed::Done => Some(new.hash().await?),
        _ => None,
    };
    let mut change = match Change::begin(backend, caller, Permit::own_account()).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(changed) => return Ok(changed),
    };
    let row = Row {
        realm: Some(RealmId::OPERATORS),
        user: Some(*id),
        ..Row::new(Deed::ChangePassword, Outcome::Done)
    };
    let reason = match &changed {
        Changed::Done => {
            set(&mut change, (*id, *session), hash).await?;
            return change.commit(&row, changed).await;
        }
        Changed::WrongPassword => "wrong password",
        Changed::Waits(_) => "password waits",
        Changed::Refused(refusal) => refusal.as_str(),
    };
    let row = Row {
        outcome: Outcome::Failed,
        reason: Some(reason.to_owned()),
        ..row
    };
    change.commit(&row, changed).await
}

/// The outcome of the same form when it was sent before: a repeat spends nothing.
async fn earlier(backend: &Backend, caller: &Caller) -> Result<Option<Changed>> {
    let mut db = backend.db.acquire().await?;
    check::earlier(&mut db, &backend.keys, caller).await
}

/// Sets the password, unless a reset has ended the session that asks.
async fn set(
    change: &mut Change<'_>,
    (operator, session): (UserId, SessionId),
    hash: Option<String>,
) -> Result<()> {
    sessions::lock(&mut change.tx, operator).await?;
    let set = sqlx::query!(
        "update operator set password_hash = $2, password_changed_at = $3
         where user_id = $1 and exists (select from session where id = $4)",
        operator.0,
        hash,
        column(change.caller.now),
        session.0,
    )
    .execute(&mut *change.tx)
    .await?;
    if set.rows_affected() == 0 {
        return Err(Error::NotSignedIn);
    }
    sessions::end_all(&mut change.tx, operator, Some(session)).await?;
    Ok(())
}

async fn evaluate(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    (old, turn): (&Password, Turn),
    code: &str,
) -> Result<Changed> {
    match try_password(backend, caller, operator, old, turn).await? {
        Tried::Wrong => return Ok(Changed::WrongPassword),
        Tried::Waits(until) => return Ok(Changed::Waits(until)),
        Tried::Right => {}
    }
    // the check is no request of its own: its answer is part of this one's
    let caller = Caller {
        request: None,
        ..caller.clone()
    };
    match check::operator_code(backend, &caller, operator, code).await? {
        Checked::Accepted { .. } => Ok(Changed::Done),
        Checked::Refused(refusal) => Ok(Changed::Refused(refusal)),
    }
}

/// The names of the caller's roles, for the caller's own eyes.
pub async fn roles(backend: &Backend, caller: &Caller) -> Result<Vec<String>> {
    let Actor::Operator { id, .. } = caller.actor else {
        return Ok(Vec::new());
    };
    let names = sqlx::query_scalar!(
        "select distinct r.name from operator_role o join role r on r.id = o.role_id
         where o.operator_id = $1 order by r.name",
        id.0,
    );
    Ok(names.fetch_all(&backend.db).await?)
}
