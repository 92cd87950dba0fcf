//! The audit rows of checks.

use crate::audit::Row;
use crate::check::asked::Asked;
use crate::check::decide::{Decision, Question, Shut};
use crate::check::facts::Facts;
use crate::check::reset;
use domain::audit::{Deed, Outcome};
use domain::check::Purpose;
use domain::{Limit, Tries, TryState};
use serde_json::json;

fn deed(purpose: Purpose) -> Deed {
    match purpose {
        Purpose::Test => Deed::TestToken,
        Purpose::Reset => Deed::ResetToken,
        Purpose::Verification | Purpose::Approval | Purpose::Proof => Deed::Verify,
    }
}

/// Says that nothing could be decided.
pub fn undecided(facts: &Facts, question: Question<'_>, shut: &Shut) -> Row {
    let token = &facts.tokens[shut.token];
    Row {
        purpose: Some(question.purpose),
        realm: Some(facts.realm),
        user: Some(facts.id),
        token: Some(token.id),
        reason: Some("seed does not open".to_owned()),
        ..Row::new(deed(question.purpose), Outcome::Refused)
    }
}

/// Says what was decided, on the facts before.
pub fn decided(asked: &Asked, unknown: bool, facts: &Facts, decision: &Decision) -> Row {
    let question = asked.question();
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
    if unknown {
        return Row {
            username: asked.username.clone(),
            serial: asked.serial.clone(),
            ..row
        };
    }
    let changes = match question.reset {
        Some(_) if decision.outcome.is_ok() => reset::changes(facts, decision),
        _ => locked(facts, decision, question),
    };
    let token = decision.token.map(|at| &facts.tokens[at]);
    Row {
        realm: Some(facts.realm),
        user: Some(facts.id),
        token: token.map(|token| token.id),
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
