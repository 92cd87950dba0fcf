//! The decision about a code: pure, from facts as they were read. It stands only while they do.

use super::facts::{Facts, TokenFacts};
use crate::otp::{self, Match, hotp, totp};
use crate::seal::{SealError, Seed};
use domain::check::{Purpose, Refusal};
use domain::token::has_expired;
use domain::{Code, Limit, Moves, Timestamp, TokenId, Tries, TryState};

/// What is asked about the facts.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Why.
    pub purpose: Purpose,
    /// The one token that may answer; `None`: any of the user's.
    pub named: Option<TokenId>,
    /// What was typed; `None` when it has not the form of a code.
    pub code: Option<&'a Code>,
    /// Set when `code` is the first of the two codes of a reset.
    pub reset: Option<Reset<'a>>,
    /// When the question came.
    pub now: Timestamp,
}

/// What a reset asks besides its first code.
#[derive(Clone, Copy, Debug)]
pub struct Reset<'a> {
    /// The code that follows.
    pub second: &'a Code,
    /// Whether a token that waits or is locked is tried all the same. Only a right pair unlocks it.
    pub unlocks: bool,
}

/// What comes out, and what is written for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Accepted, or why not.
    pub outcome: Result<(), Refusal>,
    /// Place of the token that was accepted, or the only one tried.
    pub token: Option<usize>,
    /// That token's new state.
    pub state: Option<State>,
    /// The user's new failures.
    pub user: Tries,
}

/// Nothing can be decided: no seed opens of the tokens that could have made the code. That is our fault
/// and counts on nobody.
#[derive(Clone, Debug)]
pub struct Shut {
    /// Place of the first of these tokens.
    pub token: usize,
    /// Why it does not open.
    pub cause: SealError,
}

/// What a check writes on a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The next counter that may be accepted.
    pub counter: u64,
    /// Steps of the device's lead.
    pub drift: i32,
    /// The same as enrolment or reset found it.
    pub drift_set: i32,
    /// Failures in a row.
    pub tries: Tries,
    /// Set when this was a use.
    pub used_at: Option<Timestamp>,
}

/// Decides. Refused or not, whole windows are computed, on `decoy` where there is nothing to compare.
pub fn decide(facts: &Facts, question: Question<'_>, decoy: &Seed) -> Result<Decision, Shut> {
    if let Some(refusal) = user_refusal(facts, question.now) {
        return Ok(refuse(facts, question, refusal, decoy));
    }
    let asked = |token: &TokenFacts| question.named.is_none_or(|named| named == token.id);
    let of_asked: Vec<usize> = (0..facts.tokens.len())
        .filter(|at| asked(&facts.tokens[*at]))
        .collect();
    let open: Vec<usize> = of_asked
        .iter()
        .copied()
        .filter(|at| token_refusal(&facts.tokens[*at], question).is_none())
        .collect();
    if open.is_empty() {
        let refusal = why_none(facts, &of_asked, question);
        return Ok(refuse(facts, question, refusal, decoy));
    }
    let fits = |at: &usize| {
        let digits = facts.tokens[*at].digits;
        question.code.is_some_and(|code| code.digits() == digits)
    };
    let fitting: Vec<usize> = open.iter().copied().filter(fits).collect();
    let found: Vec<(usize, Match)> = fitting
        .iter()
        .map(|at| (*at, compare(&facts.tokens[*at], question, decoy)))
        .collect();
    if found.is_empty() {
        waste(question, decoy);
    }
    let accepted = found.iter().find_map(|(at, found)| match found {
        Match::At(counter) => Some((*at, *counter)),
        Match::Used | Match::None => None,
    });
    if let Some((at, counter)) = accepted {
        return Ok(accept(facts, question, at, counter));
    }
    shut(facts, &fitting)?;
    let used = found.iter().any(|(_, found)| *found == Match::Used);
    let refusal = if used {
        Refusal::CodeUsed
    } else {
        Refusal::WrongCode
    };
    let tried = match (question.named, fitting.as_slice()) {
        (Some(_), _) => open.first().copied(),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    Ok(fail(facts, question, refusal, tried))
}

/// Fails when there are tokens to compare with and none of them opens. A code that was compared with one
/// counts: else a broken token beside it would make its guesses free.
fn shut(facts: &Facts, fitting: &[usize]) -> Result<(), Shut> {
    let cause = |at: &usize| {
        let cause = facts.tokens[*at].seed.as_ref().err()?;
        Some(Shut {
            token: *at,
            cause: cause.clone(),
        })
    };
    let mut causes: Vec<Shut> = fitting.iter().filter_map(cause).collect();
    if causes.is_empty() || causes.len() < fitting.len() {
        return Ok(());
    }
    Err(causes.swap_remove(0))
}

/// A refusal that is neither evaluated nor counted, at the cost of one that is.
pub fn refuse(facts: &Facts, question: Question<'_>, refusal: Refusal, decoy: &Seed) -> Decision {
    waste(question, decoy);
    let named = |token: &TokenFacts| question.named == Some(token.id);
    Decision {
        outcome: Err(refusal),
        token: facts.tokens.iter().position(named),
        state: None,
        user: facts.tries,
    }
}

fn accept(facts: &Facts, question: Question<'_>, at: usize, counter: u64) -> Decision {
    let token = &facts.tokens[at];
    let is_use = question.purpose.is_use();
    let clock = match (token.moves, question.reset) {
        (Moves::Clock, Some(_)) => token.clock().set(counter, question.now),
        (Moves::Clock, None) if is_use => token.clock().learn(counter, question.now),
        (Moves::Clock, None) | (Moves::Counter, _) => token.clock(),
    };
    Decision {
        outcome: Ok(()),
        token: Some(at),
        state: Some(State {
            counter: counter.saturating_add(1),
            drift: clock.drift,
            drift_set: clock.drift_set,
            tries: Tries::default(),
            used_at: is_use.then_some(question.now),
        }),
        user: if is_use {
            Tries::default()
        } else {
            facts.tries
        },
    }
}

fn fail(facts: &Facts, question: Question<'_>, refusal: Refusal, tried: Option<usize>) -> Decision {
    let state = tried.map(|at| {
        let token = &facts.tokens[at];
        State {
            tries: token.tries.failed(Limit::TOKEN, question.now),
            ..token.state()
        }
    });
    let user = if question.purpose.is_use() {
        facts.tries.failed(Limit::USER, question.now)
    } else {
        facts.tries
    };
    Decision {
        outcome: Err(refusal),
        token: tried,
        state,
        user,
    }
}

fn user_refusal(facts: &Facts, now: Timestamp) -> Option<Refusal> {
    if facts.disabled {
        return Some(Refusal::UserDisabled);
    }
    match facts.tries.state(Limit::USER, now) {
        TryState::Open => None,
        TryState::Waits(until) => Some(Refusal::UserWaits(until)),
        TryState::Locked => Some(Refusal::UserLocked),
    }
}

/// Why this token's codes are not evaluated now. An operator neither tests nor resets what is
/// to be replaced.
fn token_refusal(token: &TokenFacts, question: Question<'_>) -> Option<Refusal> {
    let now = question.now;
    if token.disabled_at(now) {
        return Some(Refusal::Disabled);
    }
    let obsolete = token.obsolete.as_ref().filter(|o| o.has_come(now));
    let by_operator = matches!(question.purpose, Purpose::Test | Purpose::Reset);
    if obsolete.is_some_and(|o| !o.in_grace(now) || by_operator) {
        return Some(Refusal::Obsolete);
    }
    if has_expired(token.expires_at, now) {
        return Some(Refusal::Expired);
    }
    let unlocks = question.reset.is_some_and(|reset| reset.unlocks);
    match token.tries.state(Limit::TOKEN, now) {
        _ if unlocks => None,
        TryState::Open => None,
        TryState::Waits(until) => Some(Refusal::Waits(until)),
        TryState::Locked => Some(Refusal::Locked),
    }
}

/// The reason for the audit: that of the only token, else that none may verify.
fn why_none(facts: &Facts, of_asked: &[usize], question: Question<'_>) -> Refusal {
    match of_asked {
        [only] => token_refusal(&facts.tokens[*only], question).unwrap_or(Refusal::NoToken),
        [] if question.named.is_some() => Refusal::Unknown,
        _ => Refusal::NoToken,
    }
}

/// A token without a seed that opens is computed all the same, and matches nothing.
fn compare(token: &TokenFacts, question: Question<'_>, decoy: &Seed) -> Match {
    let Some(code) = question.code else {
        return Match::None;
    };
    let own = token.seed.as_ref().ok().and_then(Option::as_ref);
    let seed = own.unwrap_or(decoy);
    let (algorithm, counter, now) = (token.algorithm, token.counter, question.now);
    let found = match (token.moves, question.reset) {
        (Moves::Counter, None) => hotp::find(seed, algorithm, code, counter),
        (Moves::Counter, Some(reset)) => {
            hotp::reset(seed, algorithm, [code, reset.second], counter)
        }
        (Moves::Clock, None) => totp::find(seed, algorithm, code, token.clock(), counter, now),
        (Moves::Clock, Some(reset)) => {
            let pair = [code, reset.second];
            totp::reset(seed, algorithm, pair, token.clock(), counter, now)
        }
    };
    if own.is_some() { found } else { Match::None }
}

/// Computes a window and forgets it.
fn waste(question: Question<'_>, decoy: &Seed) {
    let some = Code::parse("000000");
    if let Some(code) = question.code.or(some.as_ref()) {
        let clock = totp::Clock {
            period: 30,
            drift: 0,
            drift_set: 0,
        };
        let algorithm = domain::Algorithm::Sha1;
        let found = otp::totp::find(decoy, algorithm, code, clock, 0, question.now);
        std::hint::black_box(found);
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
