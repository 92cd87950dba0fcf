//! The one path of every check of a token: lock, read, decide, write, remember, audit, commit, answer.

use super::attempt::{self, Attempts};
use super::decide::{Decision, Question, Shut, decide, refuse};
use super::facts::{self, Facts};
use super::remember;
use super::target::Target;
use crate::Backend;
use crate::audit::{self, Row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::column;
use domain::audit::{Deed, Outcome};
use domain::check::{Purpose, Refusal};
use domain::{Code, Limit, TryState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};

/// What came out, before it is put into the asker's words.
pub struct Answer<'a> {
    /// The facts it was decided on.
    pub facts: &'a Facts,
    /// The decision.
    pub decision: &'a Decision,
}

/// Checks a code and answers in the asker's words, which are also what a repeat gets.
pub async fn ask<O>(
    backend: &Backend,
    caller: &Caller,
    target: &Target,
    purpose: Purpose,
    code: Option<&Code>,
    answer: fn(Answer<'_>) -> O,
) -> Result<O>
where
    O: Serialize + DeserializeOwned,
{
    let question = Question {
        purpose,
        named: target.named,
        code,
        now: caller.now,
    };
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
/// refused check writes what is there already, so that it costs as much.
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
    let Some(at) = decision.token.or((!facts.tokens.is_empty()).then_some(0)) else {
        return Ok(user.rows_affected() == 1);
    };
    let token = &facts.tokens[at];
    let (counter, drift, tries, used_at) = match decision.state {
        Some(state) => (state.counter, state.drift, state.tries, state.used_at),
        None => (token.counter, token.drift, token.tries, None),
    };
    let written = sqlx::query!(
        "update token_auth set counter = $2, drift = $3, failures = $4, retry_at = $5,
             last_used_at = coalesce($6, last_used_at)
         where token_id = $1 and user_id = $7 and counter = $8 and failures = $9",
        token.id.0,
        i64::try_from(counter).map_err(|_| Error::Stored("counter"))?,
        drift,
        number(tries.failures)?,
        tries.retry_at.map(column),
        used_at.map(column),
        facts.id.0,
        i64::try_from(token.counter).map_err(|_| Error::Stored("counter"))?,
        number(token.tries.failures)?,
    )
    .execute(tx)
    .await?;
    Ok(user.rows_affected() == 1 && written.rows_affected() == 1)
}

fn deed(purpose: Purpose) -> Deed {
    match purpose {
        Purpose::Test => Deed::TestToken,
        Purpose::Verification | Purpose::Approval | Purpose::Proof | Purpose::Reset => Deed::Verify,
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
        changes: locked(facts, decision, question),
        ..row
    }
}

/// Says which of the two this failure has locked.
fn locked(facts: &Facts, decision: &Decision, question: Question<'_>) -> Option<serde_json::Value> {
    let is_locked =
        |tries: domain::Tries, limit| tries.state(limit, question.now) == TryState::Locked;
    let user = !is_locked(facts.tries, Limit::USER) && is_locked(decision.user, Limit::USER);
    let token = decision
        .state
        .is_some_and(|state| is_locked(state.tries, Limit::TOKEN));
    match (user, token) {
        (false, false) => None,
        (user, token) => Some(json!({ "locked": { "user": user, "token": token } })),
    }
}
