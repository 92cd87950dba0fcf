//! What each deed on one's own account asks for: the password and a fresh code, which it spends.

use super::Changed;
use crate::Backend;
use crate::audit::Row;
use crate::auth::password::{Password, Turn};
use crate::auth::{Actor, Caller, Permit};
use crate::change::{Begun, Change, LockedUser};
use crate::check::{self, Checked};
use crate::error::{Error, Result};
use crate::sessions;
use crate::sign_in::{Tried, try_password};
use crate::turns;
use domain::audit::{Deed, Outcome};
use domain::{RealmId, SessionId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;

/// What the operator typed beside the deed.
#[derive(Clone, Copy)]
pub struct Papers<'a> {
    /// The password that is set now.
    pub password: &'a Password,
    /// A code of an own token.
    pub code: &'a str,
}

/// Papers that were looked at, under a turn of the operator's own that lasts until the deed is done.
pub(super) struct Asked<'a> {
    backend: &'a Backend,
    caller: &'a Caller,
    pub operator: UserId,
    session: SessionId,
    seen: Changed,
    _turn: turns::Turn,
}

/// A deed that may go on.
pub(super) struct Own<'a> {
    pub change: Change<'a>,
    pub locked: LockedUser,
    /// The session that asks, which outlives what it does.
    pub session: SessionId,
}

impl<'a> Asked<'a> {
    /// Looks at the papers; or gives the outcome of the same form when it was sent before, which then
    /// spends nothing.
    pub async fn new<O: DeserializeOwned>(
        backend: &'a Backend,
        caller: &'a Caller,
        papers: Papers<'_>,
    ) -> Result<ControlFlow<O, Self>> {
        let (operator, session) = own(caller)?;
        // a double click's second waits for the first, and gets its outcome
        let turn = backend.accounts.turn(operator).await?;
        if let Some(outcome) = earlier(backend, caller).await? {
            return Ok(ControlFlow::Break(outcome));
        }
        // what is slow comes first, so that no connection is held meanwhile
        let hash_turn = Turn::wait().await?;
        let seen = evaluate(backend, caller, operator, (papers, hash_turn)).await?;
        Ok(ControlFlow::Continue(Self {
            backend,
            caller,
            operator,
            session,
            seen,
            _turn: turn,
        }))
    }

    /// Whether password and code were right.
    pub fn are_right(&self) -> bool {
        self.seen == Changed::Done
    }

    /// Begins the deed, under the operator's locks and unless a reset has ended the session that asks; or
    /// keeps in the audit why it may not go on.
    pub async fn begin<O>(&self, deed: Deed) -> Result<ControlFlow<O, Own<'a>>>
    where
        O: Serialize + DeserializeOwned + From<Changed>,
    {
        let permit = Permit::own_account();
        let mut change = match Change::begin(self.backend, self.caller, permit, deed).await? {
            Begun::Fresh(change) => change,
            Begun::Repeat(outcome) => return Ok(ControlFlow::Break(outcome)),
        };
        let reason = match &self.seen {
            Changed::Done => {
                let locked = change.lock_user(self.operator).await?;
                sessions::stands(&mut change.tx, self.operator, self.session).await?;
                let session = self.session;
                return Ok(ControlFlow::Continue(Own {
                    change,
                    locked,
                    session,
                }));
            }
            Changed::WrongPassword => "wrong password",
            Changed::Waits(_) => "password waits",
            Changed::Refused(refusal) => refusal.as_str(),
        };
        let row = Row {
            outcome: Outcome::Failed,
            reason: Some(reason.to_owned()),
            ..row(self.operator, deed)
        };
        let outcome = change.commit(&row, O::from(self.seen.clone())).await?;
        Ok(ControlFlow::Break(outcome))
    }
}

/// Whose account it is, and by which session.
pub(super) fn own(caller: &Caller) -> Result<(UserId, SessionId)> {
    match &caller.actor {
        Actor::Operator { id, session, .. } => Ok((*id, *session)),
        Actor::Nobody | Actor::Client { .. } | Actor::System(_) | Actor::Command => {
            Err(Error::NotSignedIn)
        }
    }
}

/// The audit row of a deed on one's own account.
pub(super) fn row(operator: UserId, deed: Deed) -> Row {
    Row {
        realm: Some(RealmId::OPERATORS),
        user: Some(operator),
        ..Row::new(deed, Outcome::Done)
    }
}

/// The outcome of the same form when it was sent before.
async fn earlier<O: DeserializeOwned>(backend: &Backend, caller: &Caller) -> Result<Option<O>> {
    let mut db = backend.db.acquire().await?;
    check::earlier(&mut db, &backend.keys, caller).await
}

async fn evaluate(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    (papers, turn): (Papers<'_>, Turn),
) -> Result<Changed> {
    match try_password(backend, caller, operator, papers.password, turn).await? {
        Tried::Wrong => return Ok(Changed::WrongPassword),
        Tried::Waits(until) => return Ok(Changed::Waits(until)),
        Tried::Right => {}
    }
    // the check is no request of its own: its answer is part of this one's
    let caller = Caller {
        request: None,
        ..caller.clone()
    };
    match check::operator_code(backend, &caller, operator, papers.code).await? {
        Checked::Accepted { .. } => Ok(Changed::Done),
        Checked::Refused(refusal) => Ok(Changed::Refused(refusal)),
    }
}
