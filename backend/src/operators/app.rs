//! The authenticator app that an operator enrols through a one-time link: the built-in app type's rules,
//! SHA1, 6 digits, 30 seconds.

use crate::change::Change;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::otp::{self, Moves, totp::Clock};
use crate::random;
use crate::seal::{Place, Seed};
use domain::enrolment::Secret;
use domain::{Algorithm, Digits, Kind, RealmId, Serial, UserId};
use sqlx::PgConnection;

/// Seconds of a step.
pub const PERIOD: u16 = 30;
/// Of its codes.
pub const ALGORITHM: Algorithm = Algorithm::Sha1;

/// What the device needs, for the one response that holds it.
pub async fn secret(tx: &mut PgConnection, username: &str, seed: &Seed) -> Result<Secret> {
    let issuer = sqlx::query_scalar!(
        "select display_name from realm where id = $1",
        RealmId::OPERATORS.0,
    )
    .fetch_one(tx)
    .await?;
    let rules = (ALGORITHM, Digits::Six, PERIOD);
    let uri = otp::uri(&issuer, username, Moves::Clock, seed, rules);
    Ok(Secret {
        qr_svg: otp::qr_svg(&uri).ok_or(Error::Stored("otpauth"))?,
        text: otp::spaced(seed),
        uri,
    })
}

/// Makes the token of a proven seed; the step of its proof is spent.
pub async fn insert(
    change: &mut Change<'_>,
    operator: UserId,
    username: &str,
    seed: &Seed,
    (clock, step): (Clock, u64),
) -> Result<Serial> {
    let now = column(change.caller.now);
    let id = random::id(change.caller.now)?;
    let serial = random::serial(Kind::Totp.serial_prefix())?;
    sqlx::query!(
        "insert into serial_given (serial) values ($1)",
        serial.as_str()
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
             counter, drift, drift_set, seed_sealed)
         select $1, $2, id, kind, $3, 6, $4, $5, $6, $7, $8
         from token_type where slug = 'authenticator-app'",
        id,
        operator.0,
        ALGORITHM.as_str(),
        i16::try_from(PERIOD).unwrap_or(i16::MAX),
        i64::try_from(step + 1).unwrap_or(i64::MAX),
        clock.drift,
        clock.drift_set,
        change.backend.keys.seal(seed, Place::TokenSeed(id))?,
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "insert into token (id, realm_id, user_id, serial, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $5)",
        id,
        RealmId::OPERATORS.0,
        operator.0,
        serial.as_str(),
        now,
        username,
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(serial)
}

/// Deletes all tokens and waiting enrolments of an operator; gives the tokens' serials.
pub async fn delete_all(change: &mut Change<'_>, operator: UserId) -> Result<Vec<String>> {
    sqlx::query!("delete from enrolment where user_id = $1", operator.0)
        .execute(&mut *change.tx)
        .await?;
    let serials = sqlx::query_scalar!(
        "delete from token where user_id = $1 returning serial",
        operator.0
    )
    .fetch_all(&mut *change.tx)
    .await?;
    sqlx::query!("delete from token_auth where user_id = $1", operator.0)
        .execute(&mut *change.tx)
        .await?;
    Ok(serials)
}
