//! The operator's own apps: adding one, up to its proof, and removing one, but never the last.

use super::proof::{Asked, Own, own, row};
use super::{Changed, Papers};
use crate::Backend;
use crate::audit::Row;
use crate::auth::{Caller, Permit};
use crate::change::{Begun, Change, Decided, LockedUser};
use crate::check::{self, Proof};
use crate::error::{Error, Result};
use crate::tokens::delete;
use crate::tokens::enrol::{self, Started};
use crate::{sessions, tokens, users};
use domain::account::can_spare;
use domain::audit::Deed;
use domain::enrolment::{Fields, Secret};
use domain::{Code, EnrolmentId, Serial, SessionId, Token, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::ops::ControlFlow;

/// How adding an app began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AddedApp {
    /// It waits for its proof.
    Started(Started),
    /// Password or code were not right.
    Not(Changed),
}

impl From<Changed> for AddedApp {
    fn from(changed: Changed) -> Self {
        Self::Not(changed)
    }
}

/// Begins to add an app of the type with this slug; one that waits for its proof is void. The secret is
/// there the first time only.
pub async fn add_app(
    backend: &Backend,
    caller: &Caller,
    papers: Papers<'_>,
    slug: &str,
    fields: &Fields,
) -> Result<(AddedApp, Option<Secret>)> {
    let asked = match Asked::new(backend, caller, papers).await? {
        ControlFlow::Continue(asked) => asked,
        ControlFlow::Break(outcome) => return Ok((outcome, None)),
    };
    let Own {
        mut change, locked, ..
    } = match asked.begin(Deed::StartEnrolment).await? {
        ControlFlow::Continue(own) => own,
        ControlFlow::Break(outcome) => return Ok((outcome, None)),
    };
    let begun = begin(&mut change, &locked, slug, fields).await;
    let (started, secret) = enrol::settle(change, begun).await?;
    Ok((AddedApp::Started(started), secret))
}

async fn begin(
    change: &mut Change<'_>,
    locked: &LockedUser,
    slug: &str,
    fields: &Fields,
) -> Result<(Started, Option<Secret>)> {
    // its seed is not shown again, so what waits is of no use
    enrol::give_up_all(change, locked).await?;
    let new = enrol::New {
        slug,
        fields,
        replaces: None,
    };
    enrol::begin(change, locked, new).await
}

/// Proves the own app that waits; a right code adds it and ends all other sessions.
pub async fn prove_app(
    backend: &Backend,
    caller: &Caller,
    enrolment: EnrolmentId,
    code: &Code,
) -> Result<Proof> {
    let (operator, _) = own(caller)?;
    check::prove_own(backend, caller, operator, enrolment, code).await
}

/// Removes an own token for good and ends all other sessions; never the last that signs in.
pub async fn remove_app(
    backend: &Backend,
    caller: &Caller,
    papers: Papers<'_>,
    serial: &Serial,
) -> Result<Changed> {
    let (operator, _) = own(caller)?;
    // no code is spent on what cannot be
    let mut db = backend.db.acquire().await?;
    let spared = spare(&mut db, caller, operator, serial).await;
    drop(db);
    if let Err(refused) = spared {
        return refuse(backend, caller, (operator, serial), refused).await;
    }
    let asked = match Asked::new(backend, caller, papers).await? {
        ControlFlow::Continue(asked) => asked,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    let Own {
        mut change,
        session,
        ..
    } = match asked.begin(Deed::DeleteToken).await? {
        ControlFlow::Continue(own) => own,
        ControlFlow::Break(changed) => return Ok(changed),
    };
    let decided = remove(&mut change, (operator, session), serial).await;
    change.settle(decided).await
}

async fn remove(
    change: &mut Change<'_>,
    (operator, session): (UserId, SessionId),
    serial: &Serial,
) -> Result<Decided<Changed>> {
    let caller = change.caller;
    change.about.serial = Some(serial.as_str().to_owned());
    let token = spare(&mut change.tx, caller, operator, serial).await?;
    delete::remove(&mut change.tx, token.id).await?;
    sessions::end_all(&mut change.tx, operator, Some(session)).await?;
    users::refresh(&mut change.tx, operator, caller.now).await?;
    change.about.token = Some(token.id);
    change.about.object_name = Some(token.name());
    // the last one that signs in is never removed
    change.about.changes = Some(delete::kept(&token, caller.now, false));
    Ok(Decided::Done(Changed::Done))
}

/// Keeps that the token cannot be removed, or gives what came of the same form before.
async fn refuse(
    backend: &Backend,
    caller: &Caller,
    (operator, serial): (UserId, &Serial),
    refused: Error,
) -> Result<Changed> {
    let (permit, deed) = (Permit::own_account(), Deed::DeleteToken);
    let mut change = match Change::begin(backend, caller, permit, deed).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(changed) => return Ok(changed),
    };
    *change.about = Row {
        serial: Some(serial.as_str().to_owned()),
        ..row(operator, deed)
    };
    change.settle(Err(refused)).await
}

/// The own token, if one can sign in without it.
async fn spare(
    db: &mut PgConnection,
    caller: &Caller,
    operator: UserId,
    serial: &Serial,
) -> Result<Token> {
    let user = users::read::load(db, operator, None, false).await?;
    let tokens = tokens::row::of_user(db, operator).await?;
    let token = tokens.iter().find(|token| token.serial == *serial);
    let token = token.ok_or(Error::NotFound)?;
    if can_spare(&user, &tokens, token, caller.now) {
        Ok(token.clone())
    } else {
        Err(Error::LastToken)
    }
}
