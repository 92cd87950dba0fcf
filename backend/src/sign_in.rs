//! Signing in, in two steps: a password makes half a session, a code makes it whole. And out again.

mod tried;

pub(crate) use tried::{Tried, try_password};

use crate::audit::Row;
use crate::auth::password::{Password, Turn};
use crate::auth::{Actor, Caller, Permit};
use crate::change::{Begun, Change};
use crate::check::{self, Checked};
use crate::error::{Error, Result};
use crate::fold::username_key;
use crate::{Backend, rate_limit, sessions};
use domain::audit::{Deed, Outcome};
use domain::check::Refusal;
use domain::{RealmId, UserId};
use tried::claim_of_nobody;

/// How the first step ended.
pub enum Step1 {
    /// Not: unknown, wrong, disabled or waiting, and nobody is told which.
    Refused,
    /// The code is next; this is the half session's cookie.
    Code {
        /// Of the cookie.
        secret: String,
    },
}

/// How the second step ended.
pub enum Step2 {
    /// A whole session.
    SignedIn {
        /// Of the cookie.
        secret: String,
    },
    /// The code was not accepted.
    Refused(Refusal),
    /// The half session has ended: begin again.
    Ended,
}

/// Tries a password. Every refusal costs one hash and has the same answer.
pub async fn password(
    backend: &Backend,
    caller: &Caller,
    username: &str,
    typed: &Password,
) -> Result<Step1> {
    rate_limit::count(backend, rate_limit::SIGN_IN, caller.address, caller.now).await?;
    let operator = find(backend, username).await?;
    let turn = Turn::wait().await?;
    let right = match &operator {
        Some(operator) if !operator.disabled => {
            matches!(
                try_password(backend, caller, operator.id, typed, turn).await?,
                Tried::Right
            )
        }
        Some(_) | None => {
            claim_of_nobody(backend, username).await?;
            typed.is(None, turn).await?
        }
    };
    let mut change = begin(backend, caller, Deed::GivePassword).await?;
    let right = match &operator {
        // another may have been set since this one was compared
        Some(operator) if right => {
            sessions::lock(&mut change.tx, operator.id).await? == operator.password_hash
        }
        Some(_) | None => false,
    };
    let row = |outcome, reason: Option<&str>| Row {
        realm: Some(RealmId::OPERATORS),
        user: operator.as_ref().map(|operator| operator.id),
        username: operator.as_ref().map(|operator| operator.username.clone()),
        reason: reason.map(str::to_owned),
        ..Row::new(Deed::GivePassword, outcome)
    };
    match &operator {
        Some(operator) if right => {
            let (_, secret) = sessions::begin(&mut change.tx, caller, operator.id, true).await?;
            change.commit(&row(Outcome::Done, None), ()).await?;
            Ok(Step1::Code { secret })
        }
        Some(operator) => {
            let reason = if operator.disabled {
                "operator disabled"
            } else {
                "wrong password"
            };
            change
                .commit(&row(Outcome::Failed, Some(reason)), ())
                .await?;
            Ok(Step1::Refused)
        }
        // the name is not kept: it may be a password in the wrong field
        None => {
            change
                .commit(&row(Outcome::Failed, Some("unknown operator")), ())
                .await?;
            Ok(Step1::Refused)
        }
    }
}

/// Tries a code; a right one ends the half session and begins a whole one under a new secret.
pub async fn code(backend: &Backend, caller: &Caller, half: &str, typed: &str) -> Result<Step2> {
    let half = match sessions::half(backend, half, caller.now).await {
        Ok(half) => half,
        Err(Error::NotSignedIn) => return Ok(Step2::Ended),
        Err(other) => return Err(other),
    };
    let caller = Caller {
        actor: Actor::Operator {
            id: half.operator,
            name: half.name,
            session: half.id,
            grants: Vec::new(),
        },
        request: None,
        ..caller.clone()
    };
    let checked = check::operator_code(backend, &caller, half.operator, typed).await?;
    let mut change = begin(backend, &caller, Deed::SignIn).await?;
    let row = |outcome, reason: Option<&str>| Row {
        realm: Some(RealmId::OPERATORS),
        user: Some(half.operator),
        reason: reason.map(str::to_owned),
        object_kind: Some("session"),
        ..Row::new(Deed::SignIn, outcome)
    };
    let token = match checked {
        Checked::Accepted { token } => token,
        Checked::Refused(refusal) => {
            change
                .commit(&row(Outcome::Failed, Some(refusal.as_str())), ())
                .await?;
            return Ok(Step2::Refused(refusal));
        }
    };
    sessions::lock(&mut change.tx, half.operator).await?;
    let ended = sqlx::query!("delete from session where id = $1 and half", half.id.0)
        .execute(&mut *change.tx)
        .await?;
    if ended.rows_affected() == 0 {
        return Ok(Step2::Ended);
    }
    let (id, secret) = sessions::begin(&mut change.tx, &caller, half.operator, false).await?;
    // by its name only: the token's own history tells of the verification
    let serial = sqlx::query_scalar!("select serial from token where id = $1", token.0)
        .fetch_optional(&mut *change.tx)
        .await?;
    let row = Row {
        serial,
        object: Some(id.0),
        ..row(Outcome::Done, None)
    };
    change.commit(&row, ()).await?;
    Ok(Step2::SignedIn { secret })
}

/// Ends the caller's session.
pub async fn sign_out(backend: &Backend, caller: &Caller) -> Result<()> {
    let Actor::Operator { id, session, .. } = &caller.actor else {
        return Err(Error::NotSignedIn);
    };
    let mut change = begin(backend, caller, Deed::SignOut).await?;
    sqlx::query!("delete from session where id = $1", session.0)
        .execute(&mut *change.tx)
        .await?;
    let row = Row {
        realm: Some(RealmId::OPERATORS),
        user: Some(*id),
        object_kind: Some("session"),
        object: Some(session.0),
        ..Row::new(Deed::SignOut, Outcome::Done)
    };
    change.commit(&row, ()).await
}

struct Found {
    id: UserId,
    username: String,
    password_hash: Option<String>,
    disabled: bool,
}

async fn find(backend: &Backend, username: &str) -> Result<Option<Found>> {
    let row = sqlx::query!(
        "select u.id, u.username, o.password_hash, a.disabled_at
         from user_auth a join app_user u on u.id = a.user_id join operator o on o.user_id = u.id
         where a.realm_id = $1 and a.username_key = $2",
        RealmId::OPERATORS.0,
        username_key(username).replace('\0', ""),
    )
    .fetch_optional(&backend.db)
    .await?;
    Ok(row.map(|row| Found {
        id: UserId(row.id),
        username: row.username,
        password_hash: row.password_hash,
        disabled: row.disabled_at.is_some(),
    }))
}

/// A change of the caller's own, without a request of its own: signing in twice is no harm.
async fn begin<'a>(backend: &'a Backend, caller: &'a Caller, deed: Deed) -> Result<Change<'a>> {
    match Change::begin::<()>(backend, caller, Permit::own_account(), deed).await? {
        Begun::Fresh(change) => Ok(change),
        Begun::Repeat(()) => Err(Error::RequestReused),
    }
}
