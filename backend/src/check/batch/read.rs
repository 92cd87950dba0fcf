//! What a batch reads under its lock: the tokens of those who are locked, and what became of its requests when
//! they came before.

use super::Means;
use super::lock::Found;
use super::requests::{Requests, key_of};
use crate::check::asked::Entry;
use crate::check::facts::{Facts, TokenFacts};
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::seal::{Place, SealError, Seed};
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, Kind, TokenId, Tries, UserId};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// By user; what is stored of one and is not one of ours fails for that user alone.
pub type Known = HashMap<UserId, Result<Facts>>;

/// Reads it in a statement of its own: joined into the one that locks it would come from before the lock, and a
/// counter that another server spent meanwhile would look unspent.
///
/// The guards of the updates hold counters and failures without it; only the lock keeps a code from being
/// accepted on a token or user that an operator has disabled meanwhile. And it makes two requests of one number
/// that are sent at once about one user stand in line. (Two about an unknown one may stand on different decoys:
/// then the second waits where it inserts its row.)
pub async fn read(
    tx: &mut PgConnection,
    means: &Means<'_>,
    entries: &[Entry],
    found: &[Found],
) -> Result<(Known, Requests)> {
    let (mut known, mut requests) = (Known::new(), Requests::default());
    let (mut users, mut asked_by, mut request) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, found) in entries.iter().zip(found) {
        let key = found.user().and(key_of(&entry.asked.caller));
        asked_by.push(key.map(|key| key.0));
        request.push(key.map(|key| key.1));
        // each user once: a token that was read twice could be spent twice
        let first = found.user().filter(|user| !known.contains_key(&user.id));
        users.push(first.map(|user| user.id.0));
        if let Some(user) = first {
            known.insert(user.id, Ok(Facts::new(user)));
        }
    }
    let rows = sqlx::query_as!(
        Read,
        r#"select q.place as "place!", t.token_id as "token_id?", t.kind as "kind?",
               t.algorithm as "algorithm?", t.digits as "digits?", t.period as "period?",
               t.counter as "counter?", t.drift as "drift?", t.drift_set as "drift_set?",
               t.failures as "failures?", t.retry_at as "retry_at?", t.disabled_at as "disabled_at?",
               t.disabled_until as "disabled_until?", t.expires_at as "expires_at?",
               t.seed_sealed as "seed_sealed?", y.obsolete_since as "obsolete_since?",
               y.grace_until as "grace_until?", r.digest as "digest?", r.outcome as "outcome?"
           from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality
               as q (user_id, asked_by, request_id, place)
           left join token_auth t on t.user_id = q.user_id
           left join token_type y on y.id = t.type_id
           -- one by one also where the table was empty when this was planned: hence the offset
           left join lateral (
               select digest, outcome from request
               where asked_by = q.asked_by and request_id = q.request_id offset 0
           ) as r on true"#,
        &users as &[Option<Uuid>],
        &asked_by as &[Option<Uuid>],
        &request as &[Option<Uuid>],
    )
    .fetch_all(tx)
    .await?;
    for mut row in rows {
        let at = usize::try_from(row.place - 1).unwrap_or(usize::MAX);
        let (Some(entry), Some(found)) = (entries.get(at), found.get(at)) else {
            return Err(Error::Stored("user_auth"));
        };
        if let Some(digest) = row.digest.take() {
            requests.came_before(&entry.asked.caller, digest, row.outcome.take());
        }
        let user = found.user().and_then(|user| known.get_mut(&user.id));
        if let Some(facts) = user
            && let Ok(user) = facts
            && let Err(error) = add(user, row, means)
        {
            *facts = Err(error);
        }
    }
    for user in known.values_mut().flatten() {
        if user.tokens.is_empty() {
            // as much work as for somebody who has one
            means.decoys.unseal_dummy(means.keys);
        }
        user.tokens.sort_unstable_by_key(|token| token.id.0);
    }
    Ok((known, requests))
}

/// A token, or none, and an earlier request, or none.
struct Read {
    place: i64,
    token_id: Option<Uuid>,
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
    digest: Option<Vec<u8>>,
    outcome: Option<Value>,
}

fn add(user: &mut Facts, row: Read, means: &Means<'_>) -> Result<()> {
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
        seed: unseal(means, id, row.seed_sealed.as_deref()),
    });
    Ok(())
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
