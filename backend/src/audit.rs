//! The audit: its one writer, and its rows as they are read. Append-only; never a seed, a code, a password or a session.

use crate::auth::{Actor, Caller, Via};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use domain::audit::{Deed, Entry, Outcome};
use domain::check::Purpose;
use domain::{Privilege, RealmId, TokenId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Every writer holds this advisory lock, shared, until its commit, so that whoever seals the audit can
/// wait for all lower ids.
const AUDIT_LOCK: i64 = 7_233_270_052;

/// What happened, beyond who asked.
#[derive(Clone, Debug)]
pub struct Row {
    /// What.
    pub deed: Deed,
    /// How it ended.
    pub outcome: Outcome,
    /// Where.
    pub realm: Option<RealmId>,
    /// Why a code was checked.
    pub purpose: Option<Purpose>,
    /// The user it is about.
    pub user: Option<UserId>,
    /// That user's username, as text that outlives the user.
    pub username: Option<String>,
    /// The token it is about.
    pub token: Option<TokenId>,
    /// That token's serial, as text that outlives the token.
    pub serial: Option<String>,
    /// Kind of another object: `enrolment`, `realm`, `role`, `client`, `link`, `session`.
    pub object_kind: Option<&'static str>,
    /// Its id.
    pub object: Option<Uuid>,
    /// Its name for people: of a token, its type and description.
    pub object_name: Option<String>,
    /// The true reason of a failure or refusal.
    pub reason: Option<String>,
    /// What the operator wrote.
    pub note: Option<String>,
    /// Before and after of what changed.
    pub changes: Option<serde_json::Value>,
}

impl Row {
    /// A row about nothing yet.
    pub fn new(deed: Deed, outcome: Outcome) -> Self {
        Self {
            deed,
            outcome,
            realm: None,
            purpose: None,
            user: None,
            username: None,
            token: None,
            serial: None,
            object_kind: None,
            object: None,
            object_name: None,
            reason: None,
            note: None,
            changes: None,
        }
    }
}

/// A row as Activity and history read it.
pub(crate) struct Kept {
    pub id: i64,
    pub at: time::OffsetDateTime,
    pub action: String,
    pub result: String,
    pub actor_name: String,
    pub address: Option<String>,
    pub client_address: Option<String>,
    pub serial: Option<String>,
    pub object_name: Option<String>,
    pub reason: Option<String>,
    pub note: Option<String>,
}

impl TryFrom<Kept> for Entry {
    type Error = Error;

    fn try_from(row: Kept) -> Result<Self> {
        let reason = row.reason.unwrap_or_default();
        Ok(Self {
            id: row.id,
            at: instant(row.at),
            deed: Deed::parse(&row.action),
            outcome: Outcome::parse(&row.result).ok_or(Error::Stored("audit.result"))?,
            actor: row.actor_name,
            address: row.address.unwrap_or_default(),
            client_address: row.client_address.unwrap_or_default(),
            serial: row.serial.unwrap_or_default(),
            object: row.object_name.unwrap_or_default(),
            privilege: Privilege::parse(&reason),
            reason,
            note: row.note.unwrap_or_default(),
        })
    }
}

/// Appends a row in the transaction of what it tells.
pub async fn write(tx: &mut PgConnection, caller: &Caller, row: &Row) -> Result<()> {
    let (actor_kind, actor_id, actor_name) = actor(caller);
    let via = match caller.via {
        Via::Console => "console",
        Via::Api => "api",
        Via::Job => "job",
        Via::Command => "command",
    };
    sqlx::query!("select pg_advisory_xact_lock_shared($1)", AUDIT_LOCK)
        .execute(&mut *tx)
        .await?;
    // whoever does not know the username at hand leaves it to the database
    sqlx::query!(
        "insert into audit (at, realm_id, actor_kind, actor_id, actor_name, via, address, action,
             purpose, object_kind, object_id, object_name, user_id, username, token_id, serial,
             result, reason, note, changes, trace_id, client_address)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
             coalesce($14, (select username from app_user where id = $13)), $15, $16, $17, $18,
             $19, $20, $21, $22)",
        column(caller.now),
        row.realm.map(|id| id.0),
        actor_kind,
        actor_id,
        actor_name,
        via,
        caller.address.map(|address| address.to_string()),
        row.deed.as_str(),
        row.purpose.map(Purpose::as_str),
        row.object_kind,
        row.object,
        row.object_name,
        row.user.map(|id| id.0),
        row.username,
        row.token.map(|id| id.0),
        row.serial,
        row.outcome.as_str(),
        row.reason,
        row.note,
        row.changes,
        caller.trace,
        caller.client_address.map(|address| address.to_string()),
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn actor(caller: &Caller) -> (&'static str, Option<Uuid>, &str) {
    match &caller.actor {
        Actor::Nobody => ("nobody", None, ""),
        Actor::Operator { id, name, .. } => ("operator", Some(id.0), name),
        Actor::Client { id, name, .. } => ("client", Some(id.0), name),
        Actor::System(name) => ("system", None, name),
        Actor::Command => ("command", None, "command line"),
    }
}
