//! The audit: its one writer, and its rows as they are read. Append-only; never a seed, a code, a password or a session.

use crate::auth::{Actor, Caller, Via};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use domain::audit::{Deed, Entry, Outcome};
use domain::check::Purpose;
use domain::{Privilege, RealmId, TokenId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

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
    /// That user's username, as text that outlives the user; looked up where it is not given.
    pub username: Option<String>,
    /// The token it is about.
    pub token: Option<TokenId>,
    /// That token's serial, as text that outlives the token; looked up where it is not given.
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
    write_all(tx, std::iter::once((caller, row))).await
}

/// Appends rows in the transaction of what they tell, in their order. The lock is held before a row gets its
/// number.
pub async fn write_all<'a>(
    tx: &mut PgConnection,
    rows: impl Iterator<Item = (&'a Caller, &'a Row)>,
) -> Result<()> {
    let columns = Columns::of(rows);
    sqlx::query!(
        "select append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22)",
        &columns.at,
        &columns.realm as &[Option<Uuid>],
        &columns.actor_kind as &[&str],
        &columns.actor as &[Option<Uuid>],
        &columns.actor_name as &[&str],
        &columns.via as &[&str],
        &columns.address as &[Option<String>],
        &columns.client_address as &[Option<String>],
        &columns.deed as &[&str],
        &columns.purpose as &[Option<&str>],
        &columns.object_kind as &[Option<&str>],
        &columns.object as &[Option<Uuid>],
        &columns.object_name as &[Option<&str>],
        &columns.user as &[Option<Uuid>],
        &columns.username as &[Option<&str>],
        &columns.token as &[Option<Uuid>],
        &columns.serial as &[Option<&str>],
        &columns.outcome as &[&str],
        &columns.reason as &[Option<&str>],
        &columns.note as &[Option<&str>],
        &columns.changes as &[Option<&serde_json::Value>],
        &columns.trace,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Rows as arrays, one per column.
#[derive(Default)]
pub(crate) struct Columns<'a> {
    pub at: Vec<time::OffsetDateTime>,
    pub realm: Vec<Option<Uuid>>,
    pub actor_kind: Vec<&'a str>,
    pub actor: Vec<Option<Uuid>>,
    pub actor_name: Vec<&'a str>,
    pub via: Vec<&'a str>,
    pub address: Vec<Option<String>>,
    pub client_address: Vec<Option<String>>,
    pub deed: Vec<&'a str>,
    pub purpose: Vec<Option<&'a str>>,
    pub object_kind: Vec<Option<&'a str>>,
    pub object: Vec<Option<Uuid>>,
    pub object_name: Vec<Option<&'a str>>,
    pub user: Vec<Option<Uuid>>,
    pub username: Vec<Option<&'a str>>,
    pub token: Vec<Option<Uuid>>,
    pub serial: Vec<Option<&'a str>>,
    pub outcome: Vec<&'a str>,
    pub reason: Vec<Option<&'a str>>,
    pub note: Vec<Option<&'a str>>,
    pub changes: Vec<Option<&'a serde_json::Value>>,
    pub trace: Vec<Uuid>,
}

impl<'a> Columns<'a> {
    pub fn of(rows: impl Iterator<Item = (&'a Caller, &'a Row)>) -> Self {
        let mut columns = Self::default();
        for (caller, row) in rows {
            columns.push(caller, row);
        }
        columns
    }

    fn push(&mut self, caller: &'a Caller, row: &'a Row) {
        let (actor_kind, actor, actor_name) = actor(caller);
        let address = |address: std::net::IpAddr| address.to_string();
        self.at.push(column(caller.now));
        self.realm.push(row.realm.map(|id| id.0));
        self.actor_kind.push(actor_kind);
        self.actor.push(actor);
        self.actor_name.push(actor_name);
        self.via.push(match caller.via {
            Via::Console => "console",
            Via::Api => "api",
            Via::Job => "job",
            Via::Command => "command",
        });
        self.address.push(caller.address.map(address));
        self.client_address.push(caller.client_address.map(address));
        self.deed.push(row.deed.as_str());
        self.purpose.push(row.purpose.map(Purpose::as_str));
        self.object_kind.push(row.object_kind);
        self.object.push(row.object);
        self.object_name.push(row.object_name.as_deref());
        self.user.push(row.user.map(|id| id.0));
        self.username.push(row.username.as_deref());
        self.token.push(row.token.map(|id| id.0));
        self.serial.push(row.serial.as_deref());
        self.outcome.push(row.outcome.as_str());
        self.reason.push(row.reason.as_deref());
        self.note.push(row.note.as_deref());
        self.changes.push(row.changes.as_ref());
        self.trace.push(caller.trace);
    }
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
