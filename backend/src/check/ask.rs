//! The one path of every check of a token: lock, read, decide, write, remember, audit, commit, answer.

use super::attempt::{self, Attempts};
use super::decide::{Decision, Question, Shut, State, decide, refuse};
use super::facts::{self, Facts, TokenFacts};
use super::target::Target;
use super::{remember, reset};
use crate::Backend;
use crate::audit::{self, Row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::column;
use domain::audit::{Deed, Outcome};
use domain::check::{Purpose, Refusal};
use domain::{Limit, Tries, TryState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

/// What came out, before it is put into the asker's words.
pub struct Answer<'a> {
    /// The facts it was decided on.
    pub facts: &'a Facts,
    /// The decision.
    pub decision: &'a Decision,
}

impl Answer<'_> {
    /// The token's failures now.
    pub fn tries(&self) -> Tries {
        let before = self.decision.token.map(|at| self.facts.tokens[at].tries);
        let after = self.decision.state.map(|state| state.tries);
        after.or(before).unwrap_or_default()
    }
}

/// Checks a code and answers in the asker's words, which are also what a repeat gets.
pub async fn ask<O>(
    backend: &Backend,
    caller: &Caller,
    target: &Target,
    question: Question<'_>,
    answer: fn(Answer<'_>) -> O,
) -> Result<O>
where
    O: Serialize + DeserializeOwned,
{
    let _turn = backend.checks.turn(target.user).await?;
    let mut attempts = Attempts::default();
    loop {
        let attempt = once(backend, caller, target, question, answer).await;
        if let Some(outcome) = attempts.settle(attempt).await? {
            return Ok(outcome);
        }
    }
}

async fn once<O>(
    backend: &Backend,
    caller: &Caller,
    target: &Target,
    question: Question<'_>,
    answer: fn(Answer<'_>) -> O,
) -> Result<Option<O>>
where
    O: Serialize + DeserializeOwned,
{
    let mut tx = attempt::begin(backend).await?;
    let facts = facts::lock(&mut tx, &backend.keys, &backend.checks, target.user)
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(outcome) = remember::earlier(&mut tx, &backend.keys, caller).await? {
        return Ok(Some(outcome));
    }
    let decoy = backend.checks.decoy();
    let decision = if target.unknown {
        refuse(&facts, question, Refusal::Unknown, decoy)
    } else {
        match decide(&facts, question, decoy) {
            Ok(decision) => decision,
            Err(shut) => return undecided(tx, caller, &facts, question, shut).await,
        }
    };
    if !write(&mut tx, &facts, &decision).await? {
        return Ok(None);
    }
    let outcome = answer(Answer {
        facts: &facts,
        decision: &decision,
    });
    if !remember::keep(&mut tx, &backend.keys, caller, target.user, &outcome).await? {
        return Ok(None);
    }
    if decision.outcome.is_ok() && question.reset.is_some() {
        reset::settle(&mut tx, caller, &facts, &decision).await?;
    }
    let row = audit_row(target, &facts, &decision, question);
    audit::write(&mut tx, caller, &row).await?;
    tx.commit().await?;
    Ok(Some(outcome))
}

/// Keeps that nothing could be decided, for a repeat may fare better, and fails.
async fn undecided<O>(
    mut tx: Transaction<'_, Postgres>,
    caller: &Caller,
    facts: &Facts,
    question: Question<'_>,
    shut: Shut,
) -> Result<O> {
    let token = &facts.tokens[shut.token];
    let row = Row {
        purpose: Some(question.purpose),
        realm: Some(facts.realm),
        user: Some(facts.id),
        username: Some(facts.username.clone()),
        token: Some(token.id),
        serial: Some(token.serial.clone()),
        reason: Some("seed does not open".to_owned()),
        ..Row::new(deed(question.purpose), Outcome::Refused)
    };
    audit::write(&mut tx, caller, &row).await?;
    tx.commit().await?;
    Err(Error::Seal(shut.cause))
}

/// Writes the new state where the state that was decided on still stands; `false` when it has moved. A
/// refused check writes what is there already, and one without tokens asks for one that never is, so that
/// they cost as much.
async fn write(tx: &mut PgConnection, facts: &Facts, decision: &Decision) -> Result<bool> {
    let user = sqlx::query!(
        "update user_auth set failures = $2, retry_at = $3 where user_id = $1 and failures = $4",
        facts.id.0,
        number(decision.user.failures)?,
        decision.user.retry_at.map(column),
        number(facts.tries.failures)?,
    )
    .execute(&mut *tx)
    .await?;
    let token = facts.tokens.get(decision.token.unwrap_or(0));
    let id = token.map_or(Uuid::nil(), |token| token.id.0);
    let before = token.map_or_else(State::default, TokenFacts::state);
    let after = decision.state.unwrap_or(before);
    let written = sqlx::query!(
        "update token_auth set counter = $2, drift = $3, drift_set = $10, failures = $4, retry_at = $5,
             last_used_at = coalesce($6, last_used_at)
         where token_id = $1 and user_id = $7 and counter = $8 and failures = $9",
        id,
        i64::try_from(after.counter).map_err(|_| Error::Stored("counter"))?,
        after.drift,
        number(after.tries.failures)?,
        after.tries.retry_at.map(column),
        after.used_at.map(column),
        facts.id.0,
        i64::try_from(before.counter).map_err(|_| Error::Stored("counter"))?,
        number(before.tries.failures)?,
        after.drift_set,
    )
    .execute(tx)
    .await?;
    let expected = u64::from(token.is_some());
    Ok(user.rows_affected() == 1 && written.rows_affected() == expected)
}

fn deed(purpose: Purpose) -> Deed {
    match purpose {
        Purpose::Test => Deed::TestToken,
        Purpose::Reset => Deed::ResetToken,
        Purpose::Verification | Purpose::Approval | Purpose::Proof => Deed::Verify,
    }
}

fn number(failures: u32) -> Result<i32> {
    i32::try_from(failures).map_err(|_| Error::Stored("failures"))
}

fn audit_row(target: &Target, facts: &Facts, decision: &Decision, question: Question<'_>) -> Row {
    let (outcome, reason) = match decision.outcome {
        Ok(()) => (Outcome::Done, None),
        Err(refusal) if refusal.is_counted() => (Outcome::Failed, Some(refusal)),
        Err(refusal) => (Outcome::Refused, Some(refusal)),
    };
    let row = Row {
        purpose: Some(question.purpose),
        reason: reason.map(|reason| reason.as_str().to_owned()),
        ..Row::new(deed(question.purpose), outcome)
    };
    let changes = match question.reset {
        Some(_) if decision.outcome.is_ok() => reset::changes(facts, decision),
        _ => locked(facts, decision, question),
    };
    if target.unknown {
        return Row {
            username: target.asked_username.clone(),
            serial: target.asked_serial.clone(),
            ..row
        };
    }
    let token = decision.token.map(|at| &facts.tokens[at]);
    Row {
        realm: Some(facts.realm),
        user: Some(facts.id),
        username: Some(facts.username.clone()),
        token: token.map(|token| token.id),
        serial: token.map(|token| token.serial.clone()),
        changes,
        ..row
    }
}

/// Says which of the two this failure has locked.
fn locked(facts: &Facts, decision: &Decision, question: Question<'_>) -> Option<serde_json::Value> {
    let is_locked = |tries: Tries, limit| tries.state(limit, question.now) == TryState::Locked;
    let user = !is_locked(facts.tries, Limit::USER) && is_locked(decision.user, Limit::USER);
    let before = decision.token.map(|at| facts.tokens[at].tries);
    let token = decision
        .state
        .is_some_and(|state| is_locked(state.tries, Limit::TOKEN))
        && !before.is_some_and(|tries| is_locked(tries, Limit::TOKEN));
    match (user, token) {
        (false, false) => None,
        (user, token) => Some(json!({ "locked": { "user": user, "token": token } })),
    }
}
