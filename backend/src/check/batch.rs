//! One transaction for many questions: lock, read, decide in the order of their coming, write, commit.
//!
//! Tests, resets and the codes of operators who sign in go this way too. What they write beyond a check is
//! little and rare, and a second path with the same lock would be another place in which a code could be
//! spent. (The proof of an enrolment stays a transaction of its own, `proof`: there is no token yet, and
//! what it writes is another thing altogether.)

mod lock;
mod read;
mod requests;
mod row;
mod write;

use super::asked::{Entry, Told};
use super::decide::{Decision, decide, refuse};
use super::decoys::Decoys;
use super::facts::{Facts, Locked};
use super::reset;
use crate::audit::{self, Row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use domain::UserId;
use domain::check::Refusal;
use lock::{Found, lock};
use read::{Known, read};
use requests::Requests;
use sqlx::{Connection as _, PgConnection};
use write::Changes;

/// What came of one question.
#[derive(Debug)]
pub enum Settled {
    /// This is to be answered, now that it is committed.
    Told(Result<Told>),
    /// Nothing: somebody holds the user's row.
    Again,
}

/// Nothing was decided, or nobody knows what.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub cause: Error,
    /// Whether the commit had been sent: then it may stand.
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

impl From<sqlx::Error> for Failed {
    fn from(cause: sqlx::Error) -> Self {
        Error::Db(cause).into()
    }
}

/// What decisions are made with.
pub struct Means<'a> {
    /// Opens seeds.
    pub keys: &'a KeyRing,
    /// For those who are refused.
    pub decoys: &'a Decoys,
}

/// Decides these questions. `commits` is called when all but the commit is done. An answer stands for
/// each, in their order; none may leave when this fails.
pub async fn run(
    connection: &mut PgConnection,
    means: &Means<'_>,
    entries: &[Entry],
    commits: impl FnOnce(),
) -> std::result::Result<Vec<Settled>, Failed> {
    let mut tx = connection.begin().await?;
    let (settled, stands) = match settled(&mut tx, means, entries).await {
        Ok(settled) => settled,
        Err(cause) => {
            // at once: a connection that is kept must hold no lock
            tx.rollback().await?;
            return Err(cause.into());
        }
    };
    if !stands {
        tx.rollback().await?;
        return Ok(settled);
    }
    commits();
    match tx.commit().await {
        Ok(()) => Ok(settled),
        Err(cause) => Err(Failed {
            cause: Error::Db(cause),
            committing: true,
        }),
    }
}

/// Decides and writes: what came of each, and whether there is something to commit.
async fn settled(
    tx: &mut PgConnection,
    means: &Means<'_>,
    entries: &[Entry],
) -> Result<(Vec<Settled>, bool)> {
    let found = lock(tx, entries).await?;
    if !found.iter().any(|found| found.user().is_some()) {
        let nobody = found.iter().map(|found| settle(found.none()));
        return Ok((nobody.collect(), false));
    }
    let (facts, requests) = read(tx, means, entries, &found).await?;
    let mut batch = Batch {
        means,
        facts,
        requests,
        changes: Changes::default(),
        audit: Vec::with_capacity(entries.len()),
        resets: Vec::new(),
    };
    let settled = found.iter().zip(entries).map(|(found, entry)| {
        let told = match found {
            Found::Locked { user, unknown } => batch.decide(entry, user.id, *unknown).map(Some),
            Found::Held | Found::Gone | Found::OtherKey => found.none(),
        };
        settle(told)
    });
    let settled: Vec<Settled> = settled.collect();
    if batch.audit.is_empty() {
        return Ok((settled, false));
    }
    if !batch.write(tx).await? {
        return Ok((entries.iter().map(|_| Settled::Again).collect(), false));
    }
    Ok((settled, true))
}

fn settle(told: Result<Option<Told>>) -> Settled {
    match told.transpose() {
        Some(told) => Settled::Told(told),
        None => Settled::Again,
    }
}

impl Found {
    fn user(&self) -> Option<Locked> {
        match self {
            Self::Locked { user, .. } => Some(*user),
            Self::Held | Self::Gone | Self::OtherKey => None,
        }
    }

    /// What is told of nobody.
    fn none(&self) -> Result<Option<Told>> {
        match self {
            Self::Locked { .. } | Self::Held => Ok(None),
            Self::Gone => Err(Error::NotFound),
            Self::OtherKey => Err(Error::NotSignedIn),
        }
    }
}

/// Facts, and what comes of them.
struct Batch<'a> {
    means: &'a Means<'a>,
    facts: Known,
    requests: Requests,
    changes: Changes,
    audit: Vec<(&'a Caller, Row)>,
    resets: Vec<(&'a Caller, reset::Done)>,
}

impl<'a> Batch<'a> {
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
        self.audit.push((&asked.caller, row));
        if decision.outcome.is_ok()
            && question.reset.is_some()
            && let Some(done) = reset::Done::of(facts, &decision, question.now)
        {
            self.resets.push((&asked.caller, done));
        }
        self.changes.add(facts, &decision);
        facts.apply(&decision);
        let told = told(facts, &decision)?;
        self.requests.keep(means.keys, &asked.caller, user, &told);
        Ok(told)
    }

    /// Writes all of it; `false` when something that was decided on has moved.
    async fn write(&self, tx: &mut PgConnection) -> Result<bool> {
        // a request is kept of what was decided, and that changes something always
        if !self.changes.is_empty() && !self.changes.write(tx, &self.requests).await? {
            return Ok(false);
        }
        for (caller, reset) in &self.resets {
            reset.settle(tx, caller).await?;
        }
        audit::write_all(tx, self.audit.iter().map(|(caller, row)| (*caller, row))).await?;
        Ok(true)
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
