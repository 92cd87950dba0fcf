//! What a check knows of a user and the user's tokens: rows as they were read, each with its version.

use super::decide::{Decision, State};
use crate::otp::totp::Clock;
use crate::seal::{SealError, Seed};
use domain::token::still_disabled;
use domain::token_type::Obsolete;
use domain::{Algorithm, Digits, Moves, RealmId, Timestamp, TokenId, Tries, UserId};

/// The transaction that wrote a row last (`xmin`): while it is the same, so is the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub i64);

/// A user.
#[derive(Debug)]
pub struct Facts {
    /// Who; a decoy for an unknown one.
    pub id: UserId,
    /// Of the user's own row.
    pub version: Version,
    /// Where.
    pub realm: RealmId,
    /// Failures in a row over all tokens.
    pub tries: Tries,
    /// Whether the user is disabled.
    pub disabled: bool,
    /// All of the user's tokens that this build can check.
    pub tokens: Vec<TokenFacts>,
}

/// A token as far as a check goes.
#[derive(Debug)]
pub struct TokenFacts {
    /// Which.
    pub id: TokenId,
    /// Of its row.
    pub version: Version,
    /// What moves its codes on.
    pub moves: Moves,
    /// The hash behind its codes.
    pub algorithm: Algorithm,
    /// Length of its codes.
    pub digits: Digits,
    /// Seconds of a step.
    pub period: u16,
    /// The next counter that may be accepted.
    pub counter: u64,
    /// Steps of the device's lead, learnt.
    pub drift: i32,
    /// The same as it was set.
    pub drift_set: i32,
    /// Failures in a row.
    pub tries: Tries,
    /// Since when it is disabled.
    pub disabled: Option<Timestamp>,
    /// When that ends by itself.
    pub disabled_until: Option<Timestamp>,
    /// It verifies before this instant.
    pub expires_at: Option<Timestamp>,
    /// Its type's obsolescence.
    pub obsolete: Option<Obsolete>,
    /// Decoys have none and accept nothing; where it does not open, nothing can be decided.
    pub seed: std::result::Result<Option<Seed>, SealError>,
}

impl Facts {
    /// The facts after a decision, for whoever asks next.
    pub fn apply(&mut self, decision: &Decision) {
        self.tries = decision.user;
        let Some((at, state)) = decision.token.zip(decision.state) else {
            return;
        };
        let token = &mut self.tokens[at];
        token.counter = state.counter;
        token.drift = state.drift;
        token.drift_set = state.drift_set;
        token.tries = state.tries;
    }
}

impl TokenFacts {
    /// What a check may change of it, as it is.
    pub fn state(&self) -> State {
        State {
            counter: self.counter,
            drift: self.drift,
            drift_set: self.drift_set,
            tries: self.tries,
            used_at: None,
        }
    }

    /// What is known of the device's clock.
    pub fn clock(&self) -> Clock {
        Clock {
            period: self.period,
            drift: self.drift,
            drift_set: self.drift_set,
        }
    }

    /// Whether an operator has switched it off, and it has not come on again by itself.
    pub fn disabled_at(&self, now: Timestamp) -> bool {
        self.disabled.is_some() && still_disabled(self.disabled_until, now)
    }
}
