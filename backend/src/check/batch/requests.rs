//! The request rows of a batch: a repeat gets the same answer and spends nothing, also within the batch.

use crate::auth::Caller;
use crate::change::kept;
use crate::check::asked::{Entry, Told};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::seal::KeyRing;
use domain::UserId;
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Who asked, and the number that they gave the request.
type Key = (Uuid, Uuid);

/// What is known of the batch's requests.
#[derive(Debug, Default)]
pub struct Requests {
    /// Of earlier ones: digest and outcome.
    earlier: BTreeMap<Key, (Vec<u8>, Option<Value>)>,
    /// Of those of this batch, in the order in which they are inserted: else two batches with the same
    /// requests would wait for each other.
    fresh: BTreeMap<Key, Fresh>,
}

#[derive(Debug)]
struct Fresh {
    user: UserId,
    digest: Vec<u8>,
    told: Told,
    at: OffsetDateTime,
}

fn key_of(caller: &Caller) -> Option<Key> {
    Some((caller.asked_by()?, caller.request.as_ref()?.id))
}

impl Requests {
    /// Reads what became of these requests when they came before. The users' rows are locked, so that two
    /// that are sent at once about one user stand in line. (Two about an unknown one may stand on different
    /// decoys: then the second waits where it inserts its row.)
    pub async fn read(tx: &mut PgConnection, entries: &[Entry]) -> Result<Self> {
        let keys = entries.iter().filter_map(|it| key_of(&it.asked.caller));
        let (asked_by, id): (Vec<Uuid>, Vec<Uuid>) = keys.unzip();
        if id.is_empty() {
            return Ok(Self::default());
        }
        let rows = sqlx::query!(
            "select asked_by, request_id, digest, outcome from request
             where (asked_by, request_id) in (select * from unnest($1::uuid[], $2::uuid[]))",
            &asked_by,
            &id,
        )
        .fetch_all(tx)
        .await?;
        let earlier = rows
            .into_iter()
            .map(|row| ((row.asked_by, row.request_id), (row.digest, row.outcome)));
        Ok(Self {
            earlier: earlier.collect(),
            fresh: BTreeMap::new(),
        })
    }

    /// The outcome of the same request when it came before.
    pub fn earlier(&self, keys: &KeyRing, caller: &Caller) -> Result<Option<Told>> {
        let (Some(key), Some(request)) = (key_of(caller), &caller.request) else {
            return Ok(None);
        };
        let is_same = |digest: &[u8]| digest == keys.digest("request", &request.content);
        if let Some(fresh) = self.fresh.get(&key) {
            let same = is_same(&fresh.digest).then(|| fresh.told.clone());
            return same.map(Some).ok_or(Error::RequestReused);
        }
        let Some((digest, outcome)) = self.earlier.get(&key) else {
            return Ok(None);
        };
        if !is_same(digest) {
            return Err(Error::RequestReused);
        }
        let outcome = outcome.clone().ok_or(Error::Stored("request.outcome"))?;
        kept(outcome).map(Some)
    }

    /// Keeps what came out.
    pub fn keep(&mut self, keys: &KeyRing, caller: &Caller, user: UserId, told: &Told) {
        if let (Some(key), Some(request)) = (key_of(caller), &caller.request) {
            let fresh = Fresh {
                user,
                digest: keys.digest("request", &request.content),
                told: told.clone(),
                at: column(caller.now),
            };
            self.fresh.insert(key, fresh);
        }
    }

    /// Writes what is to be kept. `false` when an id was used meanwhile, for another user: look again.
    pub async fn write(&self, tx: &mut PgConnection) -> Result<bool> {
        if self.fresh.is_empty() {
            return Ok(true);
        }
        let (asked_by, id): (Vec<Uuid>, Vec<Uuid>) = self.fresh.keys().copied().unzip();
        let fresh = || self.fresh.values();
        let outcomes: std::result::Result<Vec<Value>, _> =
            fresh().map(|it| serde_json::to_value(&it.told)).collect();
        let inserted = sqlx::query!(
            "insert into request (asked_by, request_id, user_id, digest, outcome, at)
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::jsonb[],
                 $6::timestamptz[])
             on conflict do nothing",
            &asked_by,
            &id,
            &fresh().map(|it| it.user.0).collect::<Vec<_>>(),
            &fresh().map(|it| it.digest.clone()).collect::<Vec<_>>(),
            &outcomes.map_err(|_| Error::Stored("outcome"))?,
            &fresh().map(|it| it.at).collect::<Vec<_>>(),
        )
        .execute(tx)
        .await?;
        Ok(usize::try_from(inserted.rows_affected()) == Ok(self.fresh.len()))
    }
}
