//! Facts out of the rows that were read.

use super::Row;
use crate::check::batch::Means;
use crate::check::facts::{Facts, TokenFacts, Version};
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::seal::{Place, SealError, Seed};
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, Kind, RealmId, TokenId, Tries, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

/// Of a user, without tokens.
pub(super) fn user(row: &Row, id: UserId) -> Result<Facts> {
    Ok(Facts {
        id,
        version: version(row.version)?,
        realm: RealmId(row.realm_id.ok_or(Error::Stored("realm_id"))?),
        tries: tries(row.failures, row.retry_at)?,
        disabled: row.disabled_at.is_some(),
        tokens: Vec::new(),
    })
}

/// Adds the row's token, if it has one that moves by counter or clock.
pub(super) fn add(user: &mut Facts, row: Row, means: &Means<'_>) -> Result<()> {
    let Some(id) = row.token_id else {
        return Ok(());
    };
    let kind = row.kind.as_deref().and_then(Kind::parse);
    let Some(moves) = kind.and_then(Kind::moves) else {
        return Ok(());
    };
    let stored = Error::Stored;
    let algorithm = row.algorithm.as_deref().and_then(Algorithm::parse);
    let digits = row.digits.and_then(Digits::from_number);
    let period = row.period.and_then(|n| u16::try_from(n).ok());
    let counter = row.counter.and_then(|n| u64::try_from(n).ok());
    user.tokens.push(TokenFacts {
        id: TokenId(id),
        version: version(row.token_version)?,
        moves,
        algorithm: algorithm.ok_or(stored("algorithm"))?,
        digits: digits.ok_or(stored("digits"))?,
        period: period.ok_or(stored("period"))?,
        counter: counter.ok_or(stored("counter"))?,
        drift: row.drift.ok_or(stored("drift"))?,
        drift_set: row.drift_set.ok_or(stored("drift_set"))?,
        tries: tries(row.token_failures, row.token_retry_at)?,
        disabled: row.token_disabled_at.map(instant),
        disabled_until: row.disabled_until.map(instant),
        expires_at: row.expires_at.map(instant),
        obsolete: row.obsolete_since.map(|since| Obsolete {
            since: instant(since),
            followed_by: None,
            grace_until: row.grace_until.map(instant),
        }),
        seed: unseal(means, id, row.seed_sealed.as_deref()),
    });
    Ok(())
}

fn version(xmin: Option<i64>) -> Result<Version> {
    xmin.map(Version).ok_or(Error::Stored("xmin"))
}

fn tries(failures: Option<i32>, retry_at: Option<OffsetDateTime>) -> Result<Tries> {
    let failures = failures.and_then(|n| u32::try_from(n).ok());
    Ok(Tries {
        failures: failures.ok_or(Error::Stored("failures"))?,
        retry_at: retry_at.map(instant),
    })
}

/// A decoy has no seed and opens a dummy; a seed that does not open is said in the log, and the user's
/// other tokens go on working.
fn unseal(
    means: &Means<'_>,
    token: Uuid,
    sealed: Option<&[u8]>,
) -> std::result::Result<Option<Seed>, SealError> {
    let Some(sealed) = sealed else {
        means.decoys.unseal_dummy(means.keys);
        return Ok(None);
    };
    means
        .keys
        .unseal(sealed, Place::TokenSeed(token))
        .inspect_err(|cause| tracing::error!(%token, %cause, "a seed does not open"))
        .map(Some)
}
