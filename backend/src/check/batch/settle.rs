//! What a batch writes: each user and token that a decision was made on, in its last state, the requests and the
//! audit, by one statement that is a transaction of its own. It writes nothing unless all is as it was read.

use super::requests::Requests;
use crate::audit;
use crate::check::decide::{Decision, State};
use crate::check::facts::{Facts, Version};
use crate::error::{Error, Result};
use crate::instant::column;
use domain::{Tries, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use time::OffsetDateTime;
use uuid::Uuid;

/// The database's word for what was decided on and is no more as it was read.
const HAS_MOVED: &str = "TD001";

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Written {
    /// All of it.
    All,
    /// Nothing: the rows of these users have changed, or somebody holds them.
    Without(Vec<UserId>),
    /// Nothing: a token has changed, or the number of a request was used meanwhile.
    HasMoved,
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Changes {
    users: HashMap<UserId, User>,
    tokens: HashMap<Uuid, Token>,
    /// Users without a token.
    without: usize,
}

#[derive(Debug)]
struct User {
    /// `None` of a decoy.
    version: Option<Version>,
    tries: Tries,
    writes: bool,
}

#[derive(Debug)]
struct Token {
    user: UserId,
    /// `None` of a decoy's.
    version: Option<Version>,
    after: State,
}

impl Changes {
    /// Adds a decision on these facts. A refused check writes what is there already, and one without tokens
    /// asks for one that never is, so that they cost as much; an accepted one writes the user only where
    /// failures end. Of a decoy, which stands in where the user is `unknown`, nothing has to be as it was read.
    pub fn add(&mut self, facts: &Facts, decision: &Decision, unknown: bool) {
        let guard = |version: Version| (!unknown).then_some(version);
        let user = self.users.entry(facts.id).or_insert(User {
            version: guard(facts.version),
            tries: facts.tries,
            writes: false,
        });
        user.writes |= decision.outcome.is_err() || decision.user != user.tries;
        user.tries = decision.user;
        let Some(token) = facts.tokens.get(decision.token.unwrap_or(0)) else {
            self.without += 1;
            return;
        };
        match self.tokens.entry(token.id.0) {
            Entry::Vacant(place) => {
                place.insert(Token {
                    user: facts.id,
                    version: guard(token.version),
                    after: decision.state.unwrap_or(token.state()),
                });
            }
            Entry::Occupied(mut place) => {
                if let Some(state) = decision.state {
                    let used_at = place.get().after.used_at;
                    place.get_mut().after = State {
                        used_at: state.used_at.or(used_at),
                        ..state
                    };
                }
            }
        }
    }

    /// Writes, with what is kept of the requests and what is told the audit.
    pub async fn settle(
        &self,
        connection: &mut PgConnection,
        requests: &Requests,
        audit: &audit::Columns<'_>,
    ) -> Result<Written> {
        let (users, tokens) = (self.users()?, self.tokens()?);
        let requests = requests.columns()?;
        let settled = sqlx::query_scalar!(
            r#"select settle_checks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                   $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34,
                   $35, $36, $37, $38, $39, $40, $41, $42) as "without!""#,
            &users.id,
            &users.version as &[Option<i64>],
            &users.writes,
            &users.failures,
            &users.retry_at as &[Option<OffsetDateTime>],
            &tokens.id,
            &tokens.user,
            &tokens.version as &[Option<i64>],
            &tokens.counter,
            &tokens.drift,
            &tokens.drift_set,
            &tokens.failures,
            &tokens.retry_at as &[Option<OffsetDateTime>],
            &tokens.used_at as &[Option<OffsetDateTime>],
            &requests.asked_by,
            &requests.id,
            &requests.user,
            &requests.digest,
            &requests.outcome,
            &requests.at,
            &audit.at,
            &audit.realm as &[Option<Uuid>],
            &audit.actor_kind as &[&str],
            &audit.actor as &[Option<Uuid>],
            &audit.actor_name as &[&str],
            &audit.via as &[&str],
            &audit.address as &[Option<String>],
            &audit.client_address as &[Option<String>],
            &audit.deed as &[&str],
            &audit.purpose as &[Option<&str>],
            &audit.object_kind as &[Option<&str>],
            &audit.object as &[Option<Uuid>],
            &audit.object_name as &[Option<&str>],
            &audit.user as &[Option<Uuid>],
            &audit.username as &[Option<&str>],
            &audit.token as &[Option<Uuid>],
            &audit.serial as &[Option<&str>],
            &audit.outcome as &[&str],
            &audit.reason as &[Option<&str>],
            &audit.note as &[Option<&str>],
            &audit.changes as &[Option<&serde_json::Value>],
            &audit.trace,
        );
        match settled.fetch_one(connection).await {
            Ok(without) if without.is_empty() => Ok(Written::All),
            Ok(without) => Ok(Written::Without(without.into_iter().map(UserId).collect())),
            Err(sqlx::Error::Database(cause)) if cause.code().as_deref() == Some(HAS_MOVED) => {
                Ok(Written::HasMoved)
            }
            Err(cause) => Err(cause.into()),
        }
    }

    fn users(&self) -> Result<Users> {
        let mut columns = Users::default();
        for (id, user) in &self.users {
            columns.id.push(id.0);
            columns.version.push(user.version.map(|version| version.0));
            columns.writes.push(user.writes);
            columns.failures.push(number(user.tries.failures)?);
            columns.retry_at.push(user.tries.retry_at.map(column));
        }
        Ok(columns)
    }

    fn tokens(&self) -> Result<Tokens> {
        let mut columns = Tokens::default();
        for (id, token) in &self.tokens {
            columns.push((*id, token.user), token.version, token.after)?;
        }
        for _ in 0..self.without {
            let nobody = (Uuid::nil(), UserId(Uuid::nil()));
            columns.push(nobody, None, State::default())?;
        }
        Ok(columns)
    }
}

#[derive(Default)]
struct Users {
    id: Vec<Uuid>,
    version: Vec<Option<i64>>,
    writes: Vec<bool>,
    failures: Vec<i32>,
    retry_at: Vec<Option<OffsetDateTime>>,
}

#[derive(Default)]
struct Tokens {
    id: Vec<Uuid>,
    user: Vec<Uuid>,
    version: Vec<Option<i64>>,
    counter: Vec<i64>,
    drift: Vec<i32>,
    drift_set: Vec<i32>,
    failures: Vec<i32>,
    retry_at: Vec<Option<OffsetDateTime>>,
    used_at: Vec<Option<OffsetDateTime>>,
}

impl Tokens {
    fn push(
        &mut self,
        (id, user): (Uuid, UserId),
        version: Option<Version>,
        state: State,
    ) -> Result<()> {
        let counter = i64::try_from(state.counter).map_err(|_| Error::Stored("counter"))?;
        self.id.push(id);
        self.user.push(user.0);
        self.version.push(version.map(|version| version.0));
        self.counter.push(counter);
        self.drift.push(state.drift);
        self.drift_set.push(state.drift_set);
        self.failures.push(number(state.tries.failures)?);
        self.retry_at.push(state.tries.retry_at.map(column));
        self.used_at.push(state.used_at.map(column));
        Ok(())
    }
}

fn number(failures: u32) -> Result<i32> {
    i32::try_from(failures).map_err(|_| Error::Stored("failures"))
}
