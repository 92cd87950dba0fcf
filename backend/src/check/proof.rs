//! The proof of an enrolment: a right code makes the token, wrong ones count on the enrolment.

use super::attempt::{self, Attempts};
use super::remember;
use crate::audit::{self, Row};
use crate::auth::{Actor, Caller, Permit};
use crate::error::{Error, Result};
use crate::instant::{column, end_of_day, instant};
use crate::otp::{Match, hotp, totp};
use crate::seal::{Place, Seed};
use crate::{Backend, random, users};
use domain::audit::{Deed, Outcome};
use domain::check::Purpose;
use domain::token_type::EnrolBlocked;
use domain::{Algorithm, Code, Digits, EnrolmentId, Kind, Limit, Privilege, RealmId, Timestamp};
use domain::{TokenId, Tries, TryState, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// What came out of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The token exists.
    Enrolled {
        /// Its serial.
        serial: String,
    },
    /// A wrong code, counted.
    Wrong {
        /// Failures in a row.
        failures: u32,
        /// No proof is evaluated before this instant.
        waits_until: Option<Timestamp>,
    },
    /// Not evaluated and not counted: too many wrong ones came before.
    Waits(Timestamp),
    /// The enrolment has ended, too late or wrong too often; the seed is void.
    Void,
}

/// An enrolment and its type, locked with its user.
struct Waiting {
    id: EnrolmentId,
    realm: RealmId,
    user: UserId,
    username: String,
    type_id: uuid::Uuid,
    serial: String,
    description: String,
    kind: Kind,
    algorithm: Algorithm,
    digits: Digits,
    period: u16,
    seed: Seed,
    tries: Tries,
    ends_at: Timestamp,
    validity_days: Option<u32>,
}

/// Where a proven device stands.
#[derive(Clone, Copy)]
struct Proven {
    counter: u64,
    drift: i32,
}

/// Proves an enrolment. Fails with `NotFound` outside the operator's realms, and with `EnrolBlocked` when
/// the type has become obsolete or the user has as many of it as it allows, and with `CodeLength` for a
/// code that the device cannot make: nothing is evaluated then.
pub async fn prove(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
    code: &Code,
) -> Result<Proof> {
    let permit = backend.may(caller, Privilege::TokensEnrol).await?;
    let (backend, caller, code) = (backend.clone(), caller.clone(), code.clone());
    attempt::to_its_end(async move {
        let _turn = backend.checks.turn(user).await?;
        let mut attempts = Attempts::default();
        loop {
            let which = (user, enrolment);
            let attempt = once(&backend, &caller, &permit, which, &code).await;
            if let Some(proof) = attempts.settle(attempt).await? {
                return Ok(proof);
            }
        }
    })
    .await
}

async fn once(
    backend: &Backend,
    caller: &Caller,
    permit: &Permit,
    (user, enrolment): (UserId, EnrolmentId),
    code: &Code,
) -> Result<Option<Proof>> {
    let mut tx = attempt::begin(backend).await?;
    sqlx::query_scalar!(
        "select user_id from user_auth where user_id = $1 and realm_id = any($2)
         for no key update",
        user.0,
        permit.realms(),
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if let Some(proof) = remember::earlier(&mut tx, &backend.keys, caller).await? {
        return Ok(Some(proof));
    }
    let waiting = read(&mut tx, backend, (user, enrolment), caller.now).await?;
    if code.digits() != waiting.digits {
        return Err(Error::CodeLength(waiting.digits));
    }
    let now = caller.now;
    let proof = if waiting.ends_at <= now {
        end(&mut tx, caller, &waiting, "not proven in time").await?;
        Proof::Void
    } else if let TryState::Waits(until) = waiting.tries.state(Limit::TOKEN, now) {
        let row = Row {
            reason: Some("enrolment waits".to_owned()),
            ..row(&waiting, Deed::EnrolToken, Outcome::Refused)
        };
        audit::write(&mut tx, caller, &row).await?;
        Proof::Waits(until)
    } else if let Some(proven) = compare(&waiting, code, now) {
        enrol(&mut tx, backend, caller, &waiting, proven).await?;
        Proof::Enrolled {
            serial: waiting.serial.clone(),
        }
    } else {
        count(&mut tx, caller, &waiting).await?
    };
    if !remember::keep(&mut tx, &backend.keys, caller, user, &proof).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(proof))
}

/// Reads the enrolment under the user's lock, and whether its type may still be enrolled.
async fn read(
    tx: &mut PgConnection,
    backend: &Backend,
    (user, enrolment): (UserId, EnrolmentId),
    now: Timestamp,
) -> Result<Waiting> {
    let row = sqlx::query!(
        r#"select e.realm_id, u.username, e.type_id, e.serial, e.description, y.kind, e.algorithm,
               e.digits, e.period, e.seed_sealed, e.failures, e.retry_at, e.ends_at,
               y.validity_days, y.maximum, y.obsolete_since, f.name as "follows?",
               (select count(*) from token_auth t
                where t.user_id = e.user_id and t.type_id = e.type_id) as "count!"
           from enrolment e
           join app_user u on u.id = e.user_id
           join token_type y on y.id = e.type_id
           left join token_type_name f on f.type_id = y.follows and f.language = 'en'
           where e.id = $1 and e.user_id = $2
           for update of e"#,
        enrolment.0,
        user.0,
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row
        .obsolete_since
        .is_some_and(|since| instant(since) <= now)
    {
        let followed_by = row.follows;
        return Err(Error::EnrolBlocked(EnrolBlocked::Obsolete { followed_by }));
    }
    let count = usize::try_from(row.count).map_err(|_| Error::Stored("count"))?;
    let maximum = row
        .maximum
        .and_then(|maximum| usize::try_from(maximum).ok());
    if let Some(maximum) = maximum.filter(|maximum| count >= *maximum) {
        return Err(Error::EnrolBlocked(EnrolBlocked::Maximum {
            count,
            maximum,
        }));
    }
    let stored = Error::Stored;
    Ok(Waiting {
        id: enrolment,
        realm: RealmId(row.realm_id),
        user,
        username: row.username,
        type_id: row.type_id,
        serial: row.serial,
        description: row.description,
        kind: Kind::parse(&row.kind).ok_or(stored("kind"))?,
        algorithm: Algorithm::parse(&row.algorithm).ok_or(stored("algorithm"))?,
        digits: Digits::from_number(row.digits).ok_or(stored("digits"))?,
        period: u16::try_from(row.period).map_err(|_| stored("period"))?,
        seed: backend
            .keys
            .unseal(&row.seed_sealed, Place::EnrolmentSeed(enrolment.0))?,
        tries: Tries {
            failures: u32::try_from(row.failures).map_err(|_| stored("failures"))?,
            retry_at: row.retry_at.map(instant),
        },
        ends_at: instant(row.ends_at),
        validity_days: row.validity_days.and_then(|days| u32::try_from(days).ok()),
    })
}

fn compare(waiting: &Waiting, code: &Code, now: Timestamp) -> Option<Proven> {
    if waiting.kind == Kind::Hotp {
        let Match::At(found) = hotp::find(&waiting.seed, waiting.algorithm, code, 0) else {
            return None;
        };
        return Some(Proven {
            counter: found + 1,
            drift: 0,
        });
    }
    let (clock, step) = totp::prove(&waiting.seed, waiting.algorithm, code, waiting.period, now)?;
    Some(Proven {
        counter: step + 1,
        drift: clock.drift,
    })
}

/// Makes the token of the enrolment.
async fn enrol(
    tx: &mut PgConnection,
    backend: &Backend,
    caller: &Caller,
    waiting: &Waiting,
    proven: Proven,
) -> Result<()> {
    let now = caller.now;
    let id = random::id(now)?;
    let sealed = backend.keys.seal(&waiting.seed, Place::TokenSeed(id))?;
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
    users::refresh(tx, waiting.user, now).await?;
    let row = Row {
        token: Some(TokenId(id)),
        ..row(waiting, Deed::EnrolToken, Outcome::Done)
    };
    audit::write(tx, caller, &row).await
}

/// Counts a wrong code; where a token would lock, the enrolment is void.
async fn count(tx: &mut PgConnection, caller: &Caller, waiting: &Waiting) -> Result<Proof> {
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

async fn end(
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

fn row(waiting: &Waiting, deed: Deed, outcome: Outcome) -> Row {
    Row {
        realm: Some(waiting.realm),
        purpose: (deed == Deed::EnrolToken).then_some(Purpose::Proof),
        user: Some(waiting.user),
        username: Some(waiting.username.clone()),
        serial: Some(waiting.serial.clone()),
        object_kind: Some("enrolment"),
        object: Some(waiting.id.0),
        ..Row::new(deed, outcome)
    }
}
