//! What operators look after themselves: the own password, apps and sessions. Each deed takes the password
//! and a fresh code, and what changes a factor ends all other sessions.

mod apps;
mod look;
mod proof;

pub use apps::{AddedApp, add_app, prove_app, remove_app};
pub use look::{look, roles};
pub use proof::Papers;

use crate::Backend;
use crate::audit::Row;
use crate::auth::Caller;
use crate::auth::password::Password;
use crate::error::Result;
use crate::instant::column;
use crate::sessions;
use domain::audit::Deed;
use domain::check::Refusal;
use domain::{SessionId, Timestamp};
use proof::{Asked, Own, row};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// How a deed on the own account ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Changed {
    /// It is done.
    Done,
    /// The password was wrong.
    WrongPassword,
    /// The password was not looked at before this instant.
    Waits(Timestamp),
    /// The code was not accepted.
    Refused(Refusal),
}

/// Sets a new password and ends all other sessions.
pub async fn change_password(
    backend: &Backend,
    caller: &Caller,
    old: &Password,
    new: &Password,
    code: &str,
) -> Result<Changed> {
    let papers = Papers {
        password: old,
        code,
    };
    let asked = match Asked::new(backend, caller, papers).await? {
        ControlFlow::Continue(asked) => asked,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    let hash = if asked.are_right() {
        Some(new.hash().await?)
    } else {
        None
    };
    let Own {
        mut change,
        session,
        ..
    } = match asked.begin(Deed::ChangePassword).await? {
        ControlFlow::Continue(own) => own,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    sqlx::query!(
        "update operator set password_hash = $2, password_changed_at = $3 where user_id = $1",
        asked.operator.0,
        hash,
        column(caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    sessions::end_all(&mut change.tx, asked.operator, Some(session)).await?;
    let row = row(asked.operator, Deed::ChangePassword);
    change.commit(&row, Changed::Done).await
}

/// Ends another session of the operator, or with `None` all others. One that has ended is no error.
pub async fn end_sessions(
    backend: &Backend,
    caller: &Caller,
    papers: Papers<'_>,
    which: Option<SessionId>,
) -> Result<Changed> {
    let asked = match Asked::new(backend, caller, papers).await? {
        ControlFlow::Continue(asked) => asked,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    let Own {
        mut change,
        session,
        ..
    } = match asked.begin(Deed::SignOut).await? {
        ControlFlow::Continue(own) => own,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    let ended = match which {
        None => sessions::end_all(&mut change.tx, asked.operator, Some(session)).await?,
        Some(which) => sqlx::query!(
            "delete from session where id = $1 and operator_id = $2 and id <> $3",
            which.0,
            asked.operator.0,
            session.0,
        )
        .execute(&mut *change.tx)
        .await?
        .rows_affected(),
    };
    let row = Row {
        object_kind: Some("session"),
        object: which.map(|id| id.0),
        changes: Some(serde_json::json!({ "ended sessions": ended })),
        ..row(asked.operator, Deed::SignOut)
    };
    change.commit(&row, Changed::Done).await
}
