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
    let mut columns = Columns::default();
    for (caller, row) in rows {
        columns.push(caller, row);
    }
    // whoever does not know username or serial at hand leaves them to the database
    sqlx::query!(
        "insert into audit (at, realm_id, actor_kind, actor_id, actor_name, via, address,
             client_address, action, purpose, object_kind, object_id, object_name, user_id, username,
             token_id, serial, result, reason, note, changes, trace_id)
         select at, realm_id, actor_kind, actor_id, actor_name, via, address, client_address, action,
             purpose, object_kind, object_id, object_name, user_id,
             coalesce(username, (select u.username from app_user u where u.id = user_id)), token_id,
             coalesce(serial, (select t.serial from token t where t.id = token_id)),
             result, reason, note, changes, trace_id
         from pg_advisory_xact_lock_shared($1) as lock, unnest($2::timestamptz[], $3::uuid[],
             $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
             $11::text[], $12::text[], $13::uuid[], $14::text[], $15::uuid[], $16::text[], $17::uuid[],
             $18::text[], $19::text[], $20::text[], $21::text[], $22::jsonb[], $23::uuid[])
             as row (at, realm_id, actor_kind, actor_id, actor_name, via, address, client_address,
             action, purpose, object_kind, object_id, object_name, user_id, username, token_id, serial,
             result, reason, note, changes, trace_id)",
        AUDIT_LOCK,
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
struct Columns<'a> {
    at: Vec<time::OffsetDateTime>,
    realm: Vec<Option<Uuid>>,
    actor_kind: Vec<&'a str>,
    actor: Vec<Option<Uuid>>,
    actor_name: Vec<&'a str>,
    via: Vec<&'a str>,
    address: Vec<Option<String>>,
    client_address: Vec<Option<String>>,
    deed: Vec<&'a str>,
    purpose: Vec<Option<&'a str>>,
    object_kind: Vec<Option<&'a str>>,
    object: Vec<Option<Uuid>>,
    object_name: Vec<Option<&'a str>>,
    user: Vec<Option<Uuid>>,
    username: Vec<Option<&'a str>>,
    token: Vec<Option<Uuid>>,
    serial: Vec<Option<&'a str>>,
    outcome: Vec<&'a str>,
    reason: Vec<Option<&'a str>>,
    note: Vec<Option<&'a str>>,
    changes: Vec<Option<&'a serde_json::Value>>,
    trace: Vec<Uuid>,
}

impl<'a> Columns<'a> {
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
