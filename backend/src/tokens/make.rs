//! A token comes into being: its serial, and its two rows. The one place that makes them, whoever asks.

use crate::error::{Error, Result};
use crate::instant::column;
use crate::random;
use crate::seal::{KeyRing, Place, Seed};
use domain::{Algorithm, Digits, Kind, RealmId, Serial, Timestamp, TokenId, TokenTypeId, UserId};
use sqlx::PgConnection;

/// What a token is to be.
pub(crate) struct NewToken<'a> {
    pub realm: RealmId,
    pub user: UserId,
    pub token_type: TokenTypeId,
    pub kind: Kind,
    pub algorithm: Algorithm,
    pub digits: Digits,
    /// Seconds of a step.
    pub period: u16,
    /// From [`give_serial`].
    pub serial: &'a str,
    pub description: &'a str,
    pub seed: &'a Seed,
    /// The next counter that may be accepted; of a clock the step after the last accepted one.
    pub counter: u64,
    /// Steps by which the device's clock leads ours.
    pub drift: i32,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// For people.
    pub created_by: &'a str,
}

/// A serial of ours that was never given before.
pub(crate) async fn give_serial(tx: &mut PgConnection, kind: Kind) -> Result<Serial> {
    loop {
        let serial = random::serial(kind.serial_prefix())?;
        let given = sqlx::query!(
            "insert into serial_given (serial) values ($1) on conflict do nothing",
            serial.as_str(),
        )
        .execute(&mut *tx)
        .await?;
        if given.rows_affected() == 1 {
            return Ok(serial);
        }
    }
}

/// Makes the token. The caller holds the user's row, writes the audit and refreshes the user.
pub(crate) async fn make(
    tx: &mut PgConnection,
    keys: &KeyRing,
    new: NewToken<'_>,
) -> Result<TokenId> {
    let id = random::id(new.created_at)?;
    sqlx::query!(
        "insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
             counter, drift, drift_set, expires_at, seed_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)",
        id,
        new.user.0,
        new.token_type.0,
        new.kind.as_str(),
        new.algorithm.as_str(),
        i16::from(new.digits.get()),
        i16::try_from(new.period).map_err(|_| Error::Stored("period"))?,
        i64::try_from(new.counter).map_err(|_| Error::Stored("counter"))?,
        new.drift,
        new.expires_at.map(column),
        keys.seal(new.seed, Place::TokenSeed(id))?,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into token (id, realm_id, user_id, serial, description, created_at, created_by,
             updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6)",
        id,
        new.realm.0,
        new.user.0,
        new.serial,
        new.description,
        column(new.created_at),
        new.created_by,
    )
    .execute(tx)
    .await?;
    Ok(TokenId(id))
}
