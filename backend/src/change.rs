//! The only way to write: a permit, a transaction, and an audit row on commit. What was decided is
//! committed, also "wrong code"; an error is what could not be decided, and rolls back.
//!
//! ```text
//! let permit = backend.may(caller, Privilege::TokensDisable).await?;
//! let mut change = match Change::begin(backend, caller, permit).await? {
//!     Begun::Fresh(change) => change,
//!     Begun::Repeat(outcome) => return Ok(outcome),
//! };
//! let user = change.lock_user(user).await?;
//! … queries on &mut *change.tx, filtered by change.permit.realms() …
//! change.commit(&row, outcome).await
//! ```

use crate::Backend;
use crate::audit::{self, Row};
use crate::auth::{Caller, Permit};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use domain::{RealmId, Timestamp, Tries, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

/// A transaction that may write.
pub struct Change<'a> {
    /// Keys, zone and pool.
    pub backend: &'a Backend,
    /// Who asks.
    pub caller: &'a Caller,
    /// What it is allowed by; its realms filter every query.
    pub permit: Permit,
    /// Where queries run.
    pub tx: Transaction<'static, Postgres>,
    /// The row of `request` that the outcome belongs to.
    request: Option<(Uuid, Uuid)>,
}

/// A change, or the outcome of the same request when it came before.
pub enum Begun<'a, O> {
    /// Do it.
    Fresh(Change<'a>),
    /// It was done; this came out.
    Repeat(O),
}

/// A user whose row is locked: nobody else checks, changes or deletes this user's tokens meanwhile.
#[derive(Clone, Debug)]
pub struct LockedUser {
    /// Its id.
    pub id: UserId,
    /// Where it belongs.
    pub realm: RealmId,
    /// As written, for the audit.
    pub username: String,
    /// Failures in a row.
    pub tries: Tries,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
}

impl<'a> Change<'a> {
    /// Opens the transaction. When the caller's request has an id, its row is inserted first, so that a
    /// second equal request waits for this one and then gets the same outcome.
    pub async fn begin<O: DeserializeOwned>(
        backend: &'a Backend,
        caller: &'a Caller,
        permit: Permit,
    ) -> Result<Begun<'a, O>> {
        let mut tx = backend.db.begin().await?;
        let (Some(request), Some(asked_by)) = (&caller.request, caller.asked_by()) else {
            return Ok(Begun::Fresh(Self {
                backend,
                caller,
                permit,
                tx,
                request: None,
            }));
        };
        let digest = backend.keys.digest("request", &request.content);
        let inserted = sqlx::query!(
            "insert into request (asked_by, request_id, digest, at) values ($1, $2, $3, $4)
             on conflict do nothing",
            asked_by,
            request.id,
            digest,
            column(caller.now),
        )
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 1 {
            let request = Some((asked_by, request.id));
            return Ok(Begun::Fresh(Self {
                backend,
                caller,
                permit,
                tx,
                request,
            }));
        }
        let earlier = sqlx::query!(
            "select digest, outcome from request where asked_by = $1 and request_id = $2",
            asked_by,
            request.id,
        )
        .fetch_one(&mut *tx)
        .await?;
        if earlier.digest != digest {
            return Err(Error::RequestReused);
        }
        let outcome = earlier.outcome.ok_or(Error::Stored("request.outcome"))?;
        let outcome = serde_json::from_value(outcome).map_err(|_| Error::RequestReused)?;
        Ok(Begun::Repeat(outcome))
    }

    /// Locks a user within the permit's realms; `NotFound` outside them. Taken before any row of the
    /// user's tokens, by every deed and every check.
    pub async fn lock_user(&mut self, user: UserId) -> Result<LockedUser> {
        let row = sqlx::query!(
            "select user_id, realm_id, failures, retry_at, disabled_at from user_auth
             where user_id = $1 and realm_id = any($2)
             for no key update",
            user.0,
            self.permit.realms(),
        )
        .fetch_optional(&mut *self.tx)
        .await?
        .ok_or(Error::NotFound)?;
        // A statement of its own: what was joined would be as it stood before the lock was waited for.
        let username = sqlx::query_scalar!("select username from app_user where id = $1", user.0)
            .fetch_one(&mut *self.tx)
            .await?;
        let failures = u32::try_from(row.failures).map_err(|_| Error::Stored("failures"))?;
        Ok(LockedUser {
            id: UserId(row.user_id),
            realm: RealmId(row.realm_id),
            username,
            tries: Tries {
                failures,
                retry_at: row.retry_at.map(instant),
            },
            disabled_at: row.disabled_at.map(instant),
        })
    }

    /// Writes another audit row in the same transaction.
    pub async fn also(&mut self, row: &Row) -> Result<()> {
        audit::write(&mut self.tx, self.caller, row).await
    }

    /// Writes the audit row, remembers the outcome for a repeat, and commits.
    pub async fn commit<O: Serialize>(mut self, row: &Row, outcome: O) -> Result<O> {
        audit::write(&mut self.tx, self.caller, row).await?;
        if let Some((asked_by, id)) = self.request {
            let kept = serde_json::to_value(&outcome).map_err(|_| Error::Stored("outcome"))?;
            sqlx::query!(
                "update request set outcome = $3 where asked_by = $1 and request_id = $2",
                asked_by,
                id,
                kept,
            )
            .execute(&mut *self.tx)
            .await?;
        }
        self.tx.commit().await?;
        Ok(outcome)
    }
}
