//! What an operator sees of the own account.

use crate::enrolment::Enrolment;
use crate::token_type::TokenType;
use crate::{SessionId, Timestamp, Token, User};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// The own account, for the operator's own eyes.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Account {
    /// The operator's user.
    pub user: User,
    /// When the password was chosen.
    pub password_changed_at: Option<Timestamp>,
    /// The own tokens, in the order of a list.
    pub tokens: Vec<Token>,
    /// What can be added now.
    pub types: Vec<TokenType>,
    /// An app that waits for its proof.
    pub enrolment: Option<Enrolment>,
    /// This session first, then those seen last.
    pub sessions: Vec<OwnSession>,
}

impl Account {
    /// Whether one could still sign in without this token; the last one is never removed.
    pub fn can_spare(&self, token: &Token, now: Timestamp) -> bool {
        can_spare(&self.user, &self.tokens, token, now)
    }
}

/// Whether the operator can sign in with the others.
pub fn can_spare(user: &User, tokens: &[Token], token: &Token, now: Timestamp) -> bool {
    let others = tokens.iter().filter(|other| other.id != token.id);
    let others: Vec<_> = others.cloned().collect();
    crate::token::can_sign_in(user, &others, now)
}

/// Whether these tokens, as they are `after` a change of their types, would sign the operator in no more at
/// some instant, now or later, at which they did `before`. Only what the dates say is looked at.
pub fn locks_out(user: &User, before: &[Token], after: &[Token], now: Timestamp) -> bool {
    let all = before.iter().chain(after);
    let later = all.flat_map(dates).filter(|at| *at > now);
    std::iter::once(now).chain(later).any(|at| {
        let signs_in = |tokens| crate::token::can_sign_in(user, tokens, at);
        signs_in(before) && !signs_in(after)
    })
}

/// When what a token is good for may change by itself.
fn dates(token: &Token) -> impl Iterator<Item = Timestamp> + use<> {
    token.dates().chain(token.token_type.dates())
}

/// A whole session of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct OwnSession {
    /// Its id, which opens nothing.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// Its last request, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
    /// From where it began, or empty.
    pub address: String,
    /// What the browser calls itself, or empty.
    pub agent: String,
}
