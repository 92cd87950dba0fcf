//! The request rows of a batch: a repeat gets the same answer and spends nothing, also within the batch.

use crate::auth::Caller;
use crate::change::kept;
use crate::check::asked::Told;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::seal::KeyRing;
use domain::UserId;
use serde_json::Value;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Who asked, and the number that they gave the request.
pub type Key = (Uuid, Uuid);

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

/// The key of its request, where it has one.
pub fn key_of(caller: &Caller) -> Option<Key> {
    Some((caller.asked_by()?, caller.request.as_ref()?.id))
}

impl Requests {
    /// Notes what became of this request when it came before.
    pub fn came_before(&mut self, caller: &Caller, digest: Vec<u8>, outcome: Option<Value>) {
        if let Some(key) = key_of(caller) {
            self.earlier.insert(key, (digest, outcome));
        }
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

    /// What is to be kept, column by column.
    pub fn columns(&self) -> Result<Columns> {
        let mut columns = Columns::default();
        for ((asked_by, id), fresh) in &self.fresh {
            columns.asked_by.push(*asked_by);
            columns.id.push(*id);
            columns.user.push(fresh.user.0);
            columns.digest.push(fresh.digest.clone());
            let told = serde_json::to_value(&fresh.told);
            columns
                .outcome
                .push(told.map_err(|_| Error::Stored("outcome"))?);
            columns.at.push(fresh.at);
        }
        Ok(columns)
    }
}

/// Rows of requests.
#[derive(Debug, Default)]
pub struct Columns {
    /// Who asked.
    pub asked_by: Vec<Uuid>,
    /// The number that they gave it.
    pub id: Vec<Uuid>,
    /// About whom.
    pub user: Vec<Uuid>,
    /// Of what was asked.
    pub digest: Vec<Vec<u8>>,
    /// What came out.
    pub outcome: Vec<Value>,
    /// When.
    pub at: Vec<OffsetDateTime>,
}
