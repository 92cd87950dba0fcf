//! What a check knows of a user and the user's tokens: the rows that it reads under the user's lock.

use super::decide::{Decision, State};
use super::decoys::Decoys;
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::otp::totp::Clock;
use crate::seal::{KeyRing, Place, SealError, Seed};
use domain::token::still_disabled;
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, Kind, Moves, RealmId, Timestamp, TokenId, Tries, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

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
    /// What moves its codes on.
    pub moves: Moves,
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

impl Facts {
    /// The facts after a decision, for whoever asks next.
    pub fn apply(&mut self, decision: &Decision) {
        self.tries = decision.user;
        let Some((at, state)) = decision.token.zip(decision.state) else {
            return;
        };
        let token = &mut self.tokens[at];
        token.counter = state.counter;
        token.drift = state.drift;
        token.drift_set = state.drift_set;
        token.tries = state.tries;
    }
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
        self.disabled.is_some() && still_disabled(self.disabled_until, now)
    }
}

/// What the lock's own statement says of a user.
#[derive(Clone, Copy, Debug)]
pub struct Locked {
    /// Who.
    pub id: UserId,
    /// Where.
    pub realm: RealmId,
    /// Failures in a row over all tokens.
    pub tries: Tries,
    /// Whether the user is disabled.
    pub disabled: bool,
}

/// Reads the rest of locked users in a statement of its own: joined into the one that locks it would come
/// from before the lock, and a counter that another server spent meanwhile would look unspent.
///
/// The guards of the updates hold counters and failures without it; only the lock keeps a code from being
/// accepted on a token or user that an operator has disabled meanwhile.
///
/// What is stored of one user and is not one of ours fails for that user alone.
pub async fn read(
    tx: &mut PgConnection,
    keys: &KeyRing,
    decoys: &Decoys,
    locked: &[Locked],
) -> Result<HashMap<UserId, Result<Facts>>> {
    // each once: a token that was read twice could be spent twice
    let mut facts: HashMap<UserId, Result<Facts>> = HashMap::with_capacity(locked.len());
    for user in locked {
        facts.insert(user.id, Ok(nothing_of(*user)));
    }
    let ids: Vec<Uuid> = facts.keys().map(|user| user.0).collect();
    let rows = sqlx::query_as!(
        Read,
        r#"select a.user_id as "user_id!", u.username as "username?", t.token_id as "token_id?",
               n.serial as "serial?", t.kind as "kind?", t.algorithm as "algorithm?",
               t.digits as "digits?", t.period as "period?", t.counter as "counter?",
               t.drift as "drift?", t.drift_set as "drift_set?", t.failures as "failures?",
               t.retry_at as "retry_at?", t.disabled_at as "disabled_at?",
               t.disabled_until as "disabled_until?", t.expires_at as "expires_at?",
               t.seed_sealed as "seed_sealed?", y.obsolete_since as "obsolete_since?",
               y.grace_until as "grace_until?"
           from unnest($1::uuid[]) as a (user_id)
           left join app_user u on u.id = a.user_id
           left join token_auth t on t.user_id = a.user_id
           left join token n on n.id = t.token_id
           left join token_type y on y.id = t.type_id"#,
        &ids,
    )
    .fetch_all(tx)
    .await?;
    for row in rows {
        let Some(known) = facts.get_mut(&UserId(row.user_id)) else {
            continue;
        };
        if let Ok(user) = known
            && let Err(error) = add(user, row, keys, decoys)
        {
            *known = Err(error);
        }
    }
    for user in facts.values_mut().flatten() {
        if user.tokens.is_empty() {
            // as much work as for somebody who has one
            decoys.unseal_dummy(keys);
        }
        user.tokens.sort_unstable_by_key(|token| token.id.0);
    }
    Ok(facts)
}

fn nothing_of(user: Locked) -> Facts {
    Facts {
        id: user.id,
        realm: user.realm,
        username: String::new(),
        tries: user.tries,
        disabled: user.disabled,
        tokens: Vec::new(),
    }
}

struct Read {
    user_id: Uuid,
    username: Option<String>,
    token_id: Option<Uuid>,
    serial: Option<String>,
    kind: Option<String>,
    algorithm: Option<String>,
    digits: Option<i16>,
    period: Option<i16>,
    counter: Option<i64>,
    drift: Option<i32>,
    drift_set: Option<i32>,
    failures: Option<i32>,
    retry_at: Option<OffsetDateTime>,
    disabled_at: Option<OffsetDateTime>,
    disabled_until: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
    seed_sealed: Option<Vec<u8>>,
    obsolete_since: Option<OffsetDateTime>,
    grace_until: Option<OffsetDateTime>,
}

fn add(user: &mut Facts, row: Read, keys: &KeyRing, decoys: &Decoys) -> Result<()> {
    if let Some(username) = row.username {
        user.username = username;
    }
    let Some(id) = row.token_id else {
        return Ok(());
    };
    let kind = row.kind.as_deref().and_then(Kind::parse);
    let Some(moves) = kind.and_then(Kind::moves) else {
        return Ok(());
    };
    let stored = Error::Stored;
    let algorithm = row.algorithm.as_deref().and_then(Algorithm::parse);
    let failures = row.failures.and_then(|n| u32::try_from(n).ok());
    user.tokens.push(TokenFacts {
        id: TokenId(id),
        serial: row.serial.unwrap_or_default(),
        moves,
        algorithm: algorithm.ok_or(stored("algorithm"))?,
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
        drift: row.drift.ok_or(stored("drift"))?,
        drift_set: row.drift_set.ok_or(stored("drift_set"))?,
        tries: Tries {
            failures: failures.ok_or(stored("failures"))?,
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
        seed: unseal(keys, decoys, id, row.seed_sealed.as_deref()),
    });
    Ok(())
}

/// A decoy has no seed and opens a dummy; a seed that does not open is said in the log, and the user's
/// other tokens go on working.
fn unseal(
    keys: &KeyRing,
    decoys: &Decoys,
    token: Uuid,
    sealed: Option<&[u8]>,
) -> std::result::Result<Option<Seed>, SealError> {
    let Some(sealed) = sealed else {
        decoys.unseal_dummy(keys);
        return Ok(None);
    };
    keys.unseal(sealed, Place::TokenSeed(token))
        .inspect_err(|cause| tracing::error!(%token, %cause, "a seed does not open"))
        .map(Some)
}
