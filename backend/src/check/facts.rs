//! What a check knows of a user and the user's tokens: the rows that it reads under the user's lock.

use super::checks::Checks;
use super::decide::State;
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::otp::totp::Clock;
use crate::seal::{KeyRing, Place, SealError, Seed};
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, Kind, RealmId, Timestamp, TokenId, Tries, UserId};
use sqlx::PgConnection;

/// A user, locked.
#[derive(Debug)]
pub struct Facts {
    /// Who; a decoy for an unknown one.
    pub id: UserId,
    /// Where.
    pub realm: RealmId,
    /// As written; empty for a decoy.
    pub username: String,
    /// Failures in a row over all tokens.
    pub tries: Tries,
    /// Whether the user is disabled.
    pub disabled: bool,
    /// All of the user's tokens that this build can check.
    pub tokens: Vec<TokenFacts>,
}

/// A token as far as a check goes.
#[derive(Debug)]
pub struct TokenFacts {
    /// Which.
    pub id: TokenId,
    /// The name on its label; empty for a decoy.
    pub serial: String,
    /// How it works.
    pub kind: Kind,
    /// The hash behind its codes.
    pub algorithm: Algorithm,
    /// Length of its codes.
    pub digits: Digits,
    /// Seconds of a step.
    pub period: u16,
    /// The next counter that may be accepted.
    pub counter: u64,
    /// Steps of the device's lead, learnt.
    pub drift: i32,
    /// The same as it was set.
    pub drift_set: i32,
    /// Failures in a row.
    pub tries: Tries,
    /// Since when it is disabled.
    pub disabled: Option<Timestamp>,
    /// When that ends by itself.
    pub disabled_until: Option<Timestamp>,
    /// It verifies before this instant.
    pub expires_at: Option<Timestamp>,
    /// Its type's obsolescence.
    pub obsolete: Option<Obsolete>,
    /// Decoys have none and accept nothing; where it does not open, nothing can be decided.
    pub seed: std::result::Result<Option<Seed>, SealError>,
}

impl TokenFacts {
    /// What a check may change of it, as it is.
    pub fn state(&self) -> State {
        State {
            counter: self.counter,
            drift: self.drift,
            drift_set: self.drift_set,
            tries: self.tries,
            used_at: None,
        }
    }

    /// What is known of the device's clock.
    pub fn clock(&self) -> Clock {
        Clock {
            period: self.period,
            drift: self.drift,
            drift_set: self.drift_set,
        }
    }

    /// Whether an operator has switched it off, and it has not come on again by itself.
    pub fn disabled_at(&self, now: Timestamp) -> bool {
        self.disabled.is_some() && self.disabled_until.is_none_or(|until| now < until)
    }
}

/// Locks the user's row, and reads the rest in a second statement: joined into the first it would come
/// from before the lock, and a counter that another server spent meanwhile would look unspent.
///
/// The guards of the updates hold counters and failures without it; only the lock keeps a code from being
/// accepted on a token or user that an operator has disabled meanwhile.
pub async fn lock(
    tx: &mut PgConnection,
    keys: &KeyRing,
    checks: &Checks,
    user: UserId,
) -> Result<Option<Facts>> {
    let locked = sqlx::query!(
        "select realm_id, failures, retry_at, disabled_at from user_auth
         where user_id = $1 for no key update",
        user.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(locked) = locked else {
        return Ok(None);
    };
    let (username, tokens) = read_tokens(tx, keys, checks, user).await?;
    Ok(Some(Facts {
        id: user,
        realm: RealmId(locked.realm_id),
        username,
        tries: Tries {
            failures: u32::try_from(locked.failures).map_err(|_| Error::Stored("failures"))?,
            retry_at: locked.retry_at.map(instant),
        },
        disabled: locked.disabled_at.is_some(),
        tokens,
    }))
}

async fn read_tokens(
    tx: &mut PgConnection,
    keys: &KeyRing,
    checks: &Checks,
    user: UserId,
) -> Result<(String, Vec<TokenFacts>)> {
    let rows = sqlx::query!(
        r#"select u.username as "username?", t.token_id as "token_id?", n.serial as "serial?",
               t.kind as "kind?", t.algorithm as "algorithm?", t.digits as "digits?",
               t.period as "period?", t.counter as "counter?", t.drift as "drift?",
               t.drift_set as "drift_set?", t.failures as "failures?", t.retry_at, t.disabled_at,
               t.disabled_until, t.expires_at, t.seed_sealed, y.obsolete_since, y.grace_until
           from user_auth a
           left join app_user u on u.id = a.user_id
           left join token_auth t on t.user_id = a.user_id
           left join token n on n.id = t.token_id
           left join token_type y on y.id = t.type_id
           where a.user_id = $1 order by t.token_id"#,
        user.0,
    )
    .fetch_all(tx)
    .await?;
    let username = rows.first().and_then(|row| row.username.clone());
    let mut tokens = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(id) = row.token_id else { continue };
        let kind = row.kind.as_deref().and_then(Kind::parse);
        let Some(kind @ (Kind::Totp | Kind::Hotp)) = kind else {
            continue;
        };
        let stored = |column| Error::Stored(column);
        let number = |value: Option<i32>, column| value.ok_or(stored(column));
        tokens.push(TokenFacts {
            id: TokenId(id),
            serial: row.serial.unwrap_or_default(),
            kind,
            algorithm: row
                .algorithm
                .as_deref()
                .and_then(Algorithm::parse)
                .ok_or(stored("algorithm"))?,
            digits: row
                .digits
                .and_then(Digits::from_number)
                .ok_or(stored("digits"))?,
            period: row
                .period
                .and_then(|n| u16::try_from(n).ok())
                .ok_or(stored("period"))?,
            counter: row
                .counter
                .and_then(|n| u64::try_from(n).ok())
                .ok_or(stored("counter"))?,
            drift: number(row.drift, "drift")?,
            drift_set: number(row.drift_set, "drift_set")?,
            tries: Tries {
                failures: u32::try_from(number(row.failures, "failures")?)
                    .map_err(|_| stored("failures"))?,
                retry_at: row.retry_at.map(instant),
            },
            disabled: row.disabled_at.map(instant),
            disabled_until: row.disabled_until.map(instant),
            expires_at: row.expires_at.map(instant),
            obsolete: row.obsolete_since.map(|since| Obsolete {
                since: instant(since),
                followed_by: None,
                grace_until: row.grace_until.map(instant),
            }),
            seed: unseal(keys, checks, id, row.seed_sealed.as_deref()),
        });
    }
    if tokens.is_empty() {
        // as much work as for somebody who has one
        checks.unseal_dummy(keys);
    }
    Ok((username.unwrap_or_default(), tokens))
}

/// A decoy has no seed and opens a dummy; a seed that does not open is said in the log, and the user's
/// other tokens go on working.
fn unseal(
    keys: &KeyRing,
    checks: &Checks,
    token: uuid::Uuid,
    sealed: Option<&[u8]>,
) -> std::result::Result<Option<Seed>, SealError> {
    let Some(sealed) = sealed else {
        checks.unseal_dummy(keys);
        return Ok(None);
    };
    keys.unseal(sealed, Place::TokenSeed(token))
        .inspect_err(|cause| tracing::error!(%token, %cause, "a seed does not open"))
        .map(Some)
}
