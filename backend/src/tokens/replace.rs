//! Replacing a token of an obsolete type: the type that follows is enrolled, and its proof removes the
//! old token in the same transaction. Until then the old one stays as it is.

use super::enrol::{self, New, Started};
use super::{Held, delete, row};
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::{Error, Result};
use crate::{Backend, token_types};
use domain::audit::Deed;
use domain::enrolment::{AT_MOST, Enrolment, Fields, Replaced, Secret};
use domain::tab::Next;
use domain::{Action, Blocked, Privilege, Serial, Timestamp, Token, TokenId, UserId};
use sqlx::PgConnection;

/// Begins the enrolment of the type that follows. The secret is there the first time only.
///
/// `Blocked` when the token cannot be replaced now or nothing follows, `EnrolBlocked` when the user has
/// as many of the following type as it allows, and `ReplacementWaits` when one waits already.
pub async fn start(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    fields: &Fields,
) -> Result<(Started, Option<Secret>)> {
    let permit = backend
        .may_for(caller, Privilege::TokensReplace, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::StartEnrolment).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(started) => return Ok((started, None)),
    };
    let begun = begin(&mut change, user, serial, fields).await;
    enrol::settle(change, begun).await
}

async fn begin(
    change: &mut Change<'_>,
    user: UserId,
    serial: &Serial,
    fields: &Fields,
) -> Result<(Started, Option<Secret>)> {
    let now = change.caller.now;
    let held = Held::lock(change, user, serial).await?;
    held.offered(Action::Replace, now)?;
    let waiting = row::waiting(&mut change.tx, user, now).await?;
    if of(&waiting, held.token.id).is_some() {
        return Err(Error::ReplacementWaits);
    }
    if waiting.len() >= AT_MOST {
        return Err(Error::TooManyEnrolments);
    }
    let next = token_types::following(&mut change.tx, held.token.token_type.id).await?;
    let next = next.ok_or(Error::Blocked(Blocked::NothingFollows))?;
    let old = Replaced {
        id: held.token.id,
        serial: held.token.serial.clone(),
        name: held.token.name(),
    };
    let new = New {
        slug: &next.slug,
        fields,
        replaces: Some(&old),
    };
    enrol::begin(change, &held.locked, new).await
}

/// What can take the token's place, and what waits to.
pub(super) async fn next(
    db: &mut PgConnection,
    (user, tokens): (UserId, &[Token]),
    token: &Token,
    now: Timestamp,
) -> Result<Option<Next>> {
    if token.token_type.obsolete_at(now).is_none() {
        return Ok(None);
    }
    let Some(token_type) = token_types::following(db, token.token_type.id).await? else {
        return Ok(None);
    };
    let waiting = row::waiting(db, user, now).await?;
    let blocked = token_type.enrol_blocked(token_types::count(tokens, &token_type), now);
    Ok(Some(Next {
        blocked,
        token_type,
        waiting: of(&waiting, token.id).cloned(),
    }))
}

/// The enrolment that replaces this token.
fn of(waiting: &[Enrolment], token: TokenId) -> Option<&Enrolment> {
    waiting.iter().find(|enrolment| {
        let replaces = enrolment.replaces.as_ref();
        replaces.is_some_and(|old| old.id == token)
    })
}

/// Removes the token whose replacement was proven, under the user's lock and in the proof's transaction;
/// returns what it was. `None` when the user holds it no longer.
pub(crate) async fn remove_old(
    tx: &mut PgConnection,
    user: UserId,
    token: TokenId,
) -> Result<Option<Token>> {
    let tokens = row::of_user(tx, user).await?;
    let Some(old) = tokens.into_iter().find(|it| it.id == token) else {
        return Ok(None);
    };
    delete::remove(tx, old.id).await?;
    Ok(Some(old))
}

/// What the audit keeps of a token that was replaced. The one that follows stands in its place, so it
/// was never the last.
pub(crate) fn kept(old: &Token, by: &str, now: Timestamp) -> serde_json::Value {
    let mut kept = delete::kept(old, now, false);
    kept["replaced_by"] = serde_json::json!([null, by]);
    kept
}
