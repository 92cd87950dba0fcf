//! Many questions in two trips to the database: read, decide in the order of their coming, settle.
//!
//! Nothing is locked while codes are compared. What is settled is settled only where each row that was decided
//! on is, under its user's lock, still the one that was read: else it is read and decided anew. So a code is
//! spent once over any number of servers, and nobody is accepted on what an operator has changed meanwhile.
//!
//! Tests, resets and the codes of operators who sign in go this way too. What they write beyond a check is
//! little and rare, and a second path would be another place in which a code could be spent. (The proof of an
//! enrolment stays a transaction of its own, `proof`: there is no token yet, and what it writes is another thing
//! altogether.)

mod read;
mod requests;
mod row;
mod settle;

use super::asked::{Entry, Told};
use super::decide::{Decision, decide, refuse};
use super::decoys::Decoys;
use super::facts::Facts;
use super::reset;
use crate::audit::{self, Row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use domain::UserId;
use domain::check::Refusal;
use read::{Found, Read, read};
use requests::Requests;
use settle::{Changes, Written};
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::{Connection as _, PgConnection};
use std::collections::{HashMap, HashSet};

/// How often what was decided is decided anew, for something of it has moved: each time without those who moved.
/// Then it is tried a little later.
const ROUNDS: usize = 8;

/// What came of one question.
#[derive(Debug)]
pub enum Settled {
    /// This is to be answered, now that it is committed.
    Told(Result<Told>),
    /// Nothing: somebody holds the user's row, or changes it.
    Again,
}

/// Nothing was decided, or nobody knows what.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub cause: Error,
    /// Whether what was decided had been sent and not refused: then it may stand.
    pub committing: bool,
}

impl From<Error> for Failed {
    fn from(cause: Error) -> Self {
        Self {
            cause,
            committing: false,
        }
    }
}

/// Whether the database itself said no, so that nothing stands. (One that goes down says that more gravely, and may
/// have committed before.)
fn is_refusal(cause: &Error) -> bool {
    let Error::Db(sqlx::Error::Database(cause)) = cause else {
        return false;
    };
    let cause = cause.try_downcast_ref::<PgDatabaseError>();
    cause.is_some_and(|cause| cause.severity() == PgSeverity::Error)
}

/// What decisions are made with.
pub struct Means<'a> {
    /// Opens seeds.
    pub keys: &'a KeyRing,
    /// For those who are refused.
    pub decoys: &'a Decoys,
}

/// Decides these questions. `settles` is called when all is done but to write what was decided. An answer stands
/// for each, in their order; none may leave when this fails.
pub async fn run(
    connection: &mut PgConnection,
    means: &Means<'_>,
    entries: &[Entry],
    settles: impl FnOnce(),
) -> std::result::Result<Vec<Settled>, Failed> {
    let mut settles = Some(settles);
    let mut settled: Vec<Settled> = entries.iter().map(|_| Settled::Again).collect();
    let mut left: Vec<usize> = (0..entries.len()).collect();
    for _ in 0..ROUNDS {
        if left.is_empty() {
            break;
        }
        let asked: Vec<&Entry> = left.iter().map(|at| &entries[*at]).collect();
        let read = read(connection, means, &asked).await?;
        let users: Vec<Option<UserId>> = read.found.iter().map(|found| found.user()).collect();
        let (batch, told) = Batch::decided(means, read, &asked);
        if batch.audit.is_empty() {
            put(&mut settled, &left, told);
            break;
        }
        if let Some(settles) = settles.take() {
            settles();
        }
        match batch.settle(connection).await {
            Ok(Written::All) => {
                put(&mut settled, &left, told);
                break;
            }
            Ok(Written::Without(moved)) => {
                let moved: HashSet<UserId> = moved.into_iter().collect();
                let stays = |user: Option<UserId>| user.is_none_or(|user| !moved.contains(&user));
                left = left
                    .into_iter()
                    .zip(users)
                    .filter_map(|(at, user)| stays(user).then_some(at))
                    .collect();
            }
            Ok(Written::HasMoved) => {}
            Err(cause) => {
                let committing = !is_refusal(&cause);
                return Err(Failed { cause, committing });
            }
        }
    }
    Ok(settled)
}

/// Puts what was told in the places of those who asked.
fn put(settled: &mut [Settled], at: &[usize], told: Vec<Result<Told>>) {
    for (at, told) in at.iter().zip(told) {
        settled[*at] = Settled::Told(told);
    }
}

/// Facts, and what comes of them.
struct Batch<'a> {
    means: &'a Means<'a>,
    facts: HashMap<UserId, Result<Facts>>,
    requests: Requests,
    changes: Changes,
    audit: Vec<(&'a Caller, Row)>,
    resets: Vec<(&'a Caller, reset::Done)>,
}

impl<'a> Batch<'a> {
    /// Decides all of them, in their order.
    fn decided(
        means: &'a Means<'a>,
        read: Read,
        entries: &[&'a Entry],
    ) -> (Self, Vec<Result<Told>>) {
        let mut batch = Self {
            means,
            facts: read.facts,
            requests: read.requests,
            changes: Changes::default(),
            audit: Vec::with_capacity(entries.len()),
            resets: Vec::new(),
        };
        let told = entries.iter().zip(read.found);
        let told = told.map(|(entry, found)| match found {
            Found::User { id, unknown } => batch.decide(entry, id, unknown),
            Found::Gone => Err(Error::NotFound),
            Found::OtherKey => Err(Error::NotSignedIn),
        });
        let told = told.collect();
        (batch, told)
    }

    /// Decides one question on the facts as those before have left them.
    fn decide(&mut self, entry: &'a Entry, user: UserId, unknown: bool) -> Result<Told> {
        let (asked, means) = (&entry.asked, self.means);
        let facts = match self.facts.get_mut(&user) {
            Some(Ok(facts)) => facts,
            Some(Err(Error::Stored(column))) => return Err(Error::Stored(column)),
            Some(Err(_)) | None => return Err(Error::Stored("user_auth")),
        };
        if let Some(told) = self.requests.earlier(means.keys, &asked.caller)? {
            return Ok(told);
        }
        let (question, decoy) = (asked.question(), means.decoys.seed());
        let decision = if unknown {
            refuse(facts, question, Refusal::Unknown, decoy)
        } else {
            match decide(facts, question, decoy) {
                Ok(decision) => decision,
                // a repeat may fare better: it is not remembered
                Err(shut) => {
                    let row = row::undecided(facts, question, &shut);
                    self.audit.push((&asked.caller, row));
                    return Err(Error::Seal(shut.cause));
                }
            }
        };
        let row = row::decided(asked, unknown, facts, &decision);
        if decision.outcome.is_ok() && question.reset.is_some() {
            let unlocked = reset::unlocked(facts, &decision, question.now);
            let done = reset::Done::of(facts, &decision, unlocked.is_some());
            self.resets.extend(done.map(|done| (&asked.caller, done)));
            self.audit.extend(unlocked.map(|row| (&asked.caller, row)));
        }
        self.audit.push((&asked.caller, row));
        self.changes.add(facts, &decision, unknown);
        facts.apply(&decision);
        let told = told(facts, &decision)?;
        self.requests.keep(means.keys, &asked.caller, user, &told);
        Ok(told)
    }

    /// Writes all of it, or nothing. One statement is a transaction of its own, which has ended when its answer is
    /// there; only a reset writes more.
    async fn settle(&self, connection: &mut PgConnection) -> Result<Written> {
        let audit = audit::Columns::of(self.audit.iter().map(|(caller, row)| (*caller, row)));
        if self.resets.is_empty() {
            return self
                .changes
                .settle(connection, &self.requests, &audit)
                .await;
        }
        let mut tx = connection.begin().await?;
        let settled = self.with_resets(&mut tx, &audit).await;
        match settled {
            Ok(Written::All) => tx.commit().await?,
            // at once: a connection that is kept must hold no lock
            Ok(Written::Without(_) | Written::HasMoved) | Err(_) => tx.rollback().await?,
        }
        settled
    }

    async fn with_resets(
        &self,
        tx: &mut PgConnection,
        audit: &audit::Columns<'_>,
    ) -> Result<Written> {
        let written = self.changes.settle(tx, &self.requests, audit).await?;
        if written == Written::All {
            for (caller, reset) in &self.resets {
                reset.settle(tx, caller).await?;
            }
        }
        Ok(written)
    }
}

/// What came out, on the facts after the decision.
fn told(facts: &Facts, decision: &Decision) -> Result<Told> {
    let token = decision.token.map(|at| &facts.tokens[at]);
    Ok(match decision.outcome {
        Ok(()) => Told::Accepted {
            token: token.ok_or(Error::Stored("token_auth"))?.id,
        },
        Err(refusal) => {
            let tries = token.map(|token| token.tries).unwrap_or_default();
            Told::Refused {
                refusal,
                failures: tries.failures,
                waits_until: tries.retry_at,
            }
        }
    })
}
