//! What a proof writes: the token, another failure, or the end of the enrolment.

use super::waiting::{Waiting, row};
use super::{Proof, Proven};
use crate::audit::{self, Row};
use crate::auth::{Actor, Caller};
use crate::error::{Error, Result};
use crate::instant::{column, end_of_day};
use crate::seal::{Place, Seed};
use crate::tokens::replace;
use crate::{Backend, random, sessions, users};
use domain::audit::{Deed, Outcome};
use domain::{Limit, Serial, TokenId, TryState};
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
    let id = random::id(now)?;
    let sealed = backend.keys.seal(seed, Place::TokenSeed(id))?;
    let expires_at = waiting
        .validity_days
        .and_then(|days| end_of_day(&backend.zone, now, days));
    sqlx::query!(
        "insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
             counter, drift, drift_set, expires_at, seed_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)",
        id,
        waiting.user.0,
        waiting.type_id,
        waiting.kind.as_str(),
        waiting.algorithm.as_str(),
        i16::from(waiting.digits.get()),
        i16::try_from(waiting.period).map_err(|_| Error::Stored("period"))?,
        i64::try_from(proven.counter).map_err(|_| Error::Stored("counter"))?,
        proven.drift,
        expires_at.map(column),
        sealed,
    )
    .execute(&mut *tx)
    .await?;
    let created_by = match &caller.actor {
        Actor::Operator { name, .. } => name.as_str(),
        Actor::Nobody | Actor::Client { .. } | Actor::System(_) | Actor::Command => "",
    };
    sqlx::query!(
        "insert into token (id, realm_id, user_id, serial, description, created_at, created_by,
             updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6)",
        id,
        waiting.realm.0,
        waiting.user.0,
        waiting.serial,
        waiting.description,
        column(now),
        created_by,
    )
    .execute(&mut *tx)
    .await?;
    delete(tx, waiting).await?;
    let old = replace_old(tx, caller, waiting).await?;
    sessions::factor_added(tx, caller, waiting.realm, waiting.user).await?;
    users::refresh(tx, waiting.user, now).await?;
    let row = Row {
        token: Some(TokenId(id)),
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
