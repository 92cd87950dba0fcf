//! The only way to write: a permit, a transaction, and an audit row on commit. What was decided is
//! committed and kept for a repeat of the request, also a refusal; what could not be decided rolls back.
//!
//! ```text
//! let permit = backend.may(caller, Privilege::TokensDisable).await?;
//! let mut change = match Change::begin(backend, caller, permit, Deed::DisableToken).await? {
//!     Begun::Fresh(change) => change,
//!     Begun::Repeat(outcome) => return Ok(outcome),
//! };
//! let decided = decide(&mut change, user, …).await;
//! change.settle(decided).await
//! ```
//!
//! `decide` locks (`change.lock_user(user)`), queries `&mut *change.tx`, filtered by
//! `change.permit.realms()`, and tells the audit what it finds out (`change.about`).

mod settle;

pub use settle::Decided;
pub(crate) use settle::{kept, refused};

use crate::Backend;
use crate::audit::{self, Row};
use crate::auth::{Caller, Permit};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use domain::audit::{Deed, Outcome};
use domain::{RealmId, Reason, Timestamp, Tries, UserId};
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
    /// What the audit is told of it, filled in while it is found out. Boxed, for a row is long.
    pub about: Box<Row>,
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
    /// second equal request waits for this one and then gets the same answer: the outcome, or the error.
    pub async fn begin<O: DeserializeOwned>(
        backend: &'a Backend,
        caller: &'a Caller,
        permit: Permit,
        deed: Deed,
    ) -> Result<Begun<'a, O>> {
        let mut tx = backend.db.begin().await?;
        let mut request = None;
        if let (Some(asked), Some(asked_by)) = (&caller.request, caller.asked_by()) {
            let digest = backend.keys.digest("request", &asked.content);
            let inserted = sqlx::query!(
                "insert into request (asked_by, request_id, digest, at) values ($1, $2, $3, $4)
             on conflict do nothing",
                asked_by,
                asked.id,
                digest,
                column(caller.now),
            )
            .execute(&mut *tx)
            .await?;
            if inserted.rows_affected() == 0 {
                let earlier = sqlx::query!(
                    "select digest, outcome from request where asked_by = $1 and request_id = $2",
                    asked_by,
                    asked.id,
                )
                .fetch_one(&mut *tx)
                .await?;
                if earlier.digest != digest {
                    return Err(Error::RequestReused);
                }
                let outcome = earlier.outcome.ok_or(Error::Stored("request.outcome"))?;
                return Ok(Begun::Repeat(kept(outcome)?));
            }
            request = Some((asked_by, asked.id));
        }
        settle::undecided(&mut tx).await?;
        Ok(Begun::Fresh(Self {
            backend,
            caller,
            permit,
            tx,
            about: Box::new(Row::new(deed, Outcome::Done)),
            request,
        }))
    }

    /// Locks a user within the permit's realms; `NotFound` outside them. Taken before any row of the
    /// user's tokens, by every deed and every check.
    pub async fn lock_user(&mut self, user: UserId) -> Result<LockedUser> {
        self.about.user = Some(user);
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
        self.about.realm = Some(RealmId(row.realm_id));
        self.about.username = Some(username.clone());
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

    /// Tells the audit what the operator wrote, if anything.
    pub fn note(&mut self, reason: &Reason) {
        self.about.note = (!reason.is_empty()).then(|| reason.as_str().to_owned());
    }
}
