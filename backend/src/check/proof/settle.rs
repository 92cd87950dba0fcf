//! What a proof writes: the token, another failure, or the end of the enrolment.

use super::waiting::{Waiting, row};
use super::{Proof, Proven};
use crate::audit::{self, Row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::{column, end_of_day};
use crate::seal::Seed;
use crate::tokens::make::{NewToken, make};
use crate::tokens::replace;
use crate::{Backend, sessions, users};
use domain::audit::{Deed, Outcome};
use domain::{Limit, Serial, TokenTypeId, TryState};
use serde_json::json;
use sqlx::PgConnection;

/// Makes the token of the enrolment, and removes the one that it replaces; whether there was one.
pub async fn enrol(
    tx: &mut PgConnection,
    backend: &Backend,
    caller: &Caller,
    waiting: &Waiting,
    (seed, proven): (&Seed, Proven),
) -> Result<bool> {
    let now = caller.now;
    let expires_at = waiting
        .validity_days
        .and_then(|days| end_of_day(&backend.zone, now, days));
    let new = NewToken {
        realm: waiting.realm,
        user: waiting.user,
        token_type: TokenTypeId(waiting.type_id),
        kind: waiting.kind,
        algorithm: waiting.algorithm,
        digits: waiting.digits,
        period: waiting.period,
        serial: &waiting.serial,
        description: &waiting.description,
        seed,
        counter: proven.counter,
        drift: proven.drift,
        expires_at,
        created_at: now,
        created_by: caller.actor_name(),
    };
    let token = make(tx, &backend.keys, new).await?;
    delete(tx, waiting).await?;
    let old = replace_old(tx, caller, waiting).await?;
    sessions::factor_added(tx, caller, waiting.realm, waiting.user).await?;
    users::refresh(tx, waiting.user, now).await?;
    let row = Row {
        token: Some(token),
        changes: old.as_ref().map(|old| json!({ "replaces": [old, null] })),
        ..row(waiting, Deed::EnrolToken, Outcome::Done)
    };
    audit::write(tx, caller, &row).await?;
    Ok(old.is_some())
}

/// Removes the token that the enrolment replaces, with an audit row of its own; returns its serial.
async fn replace_old(
    tx: &mut PgConnection,
    caller: &Caller,
    waiting: &Waiting,
) -> Result<Option<Serial>> {
    let Some(old) = waiting.replaces else {
        return Ok(None);
    };
    let Some(old) = replace::remove_old(tx, waiting.user, old).await? else {
        return Ok(None);
    };
    let row = Row {
        realm: Some(waiting.realm),
        user: Some(waiting.user),
        username: Some(waiting.username.clone()),
        token: Some(old.id),
        serial: Some(old.serial.as_str().to_owned()),
        object_name: Some(old.name()),
        changes: Some(replace::kept(&old, &waiting.serial, caller.now)),
        ..Row::new(Deed::ReplaceToken, Outcome::Done)
    };
    audit::write(tx, caller, &row).await?;
    Ok(Some(old.serial))
}

/// Counts a wrong code; where a token would lock, the enrolment is void.
pub async fn count(tx: &mut PgConnection, caller: &Caller, waiting: &Waiting) -> Result<Proof> {
    let tries = waiting.tries.failed(Limit::TOKEN, caller.now);
    let row = Row {
        reason: Some("wrong code".to_owned()),
        ..row(waiting, Deed::EnrolToken, Outcome::Failed)
    };
    audit::write(tx, caller, &row).await?;
    if tries.state(Limit::TOKEN, caller.now) == TryState::Locked {
        end(tx, caller, waiting, "wrong too often").await?;
        return Ok(Proof::Void);
    }
    sqlx::query!(
        "update enrolment set failures = $2, retry_at = $3 where id = $1",
        waiting.id.0,
        i32::try_from(tries.failures).map_err(|_| Error::Stored("failures"))?,
        tries.retry_at.map(column),
    )
    .execute(tx)
    .await?;
    Ok(Proof::Wrong {
        failures: tries.failures,
        waits_until: tries.retry_at,
    })
}

pub async fn end(
    tx: &mut PgConnection,
    caller: &Caller,
    waiting: &Waiting,
    reason: &str,
) -> Result<()> {
    delete(tx, waiting).await?;
    let row = Row {
        reason: Some(reason.to_owned()),
        ..row(waiting, Deed::EndEnrolment, Outcome::Done)
    };
    audit::write(tx, caller, &row).await
}

async fn delete(tx: &mut PgConnection, waiting: &Waiting) -> Result<()> {
    sqlx::query!("delete from enrolment where id = $1", waiting.id.0)
        .execute(tx)
        .await?;
    Ok(())
}
