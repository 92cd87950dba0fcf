//! A proven second factor: what it is now, and whether it verifies. Derived here from stored facts, and
//! nowhere else.

mod dates;

pub use dates::derived_until;

use crate::token_type::TokenType;
use crate::{Limit, Serial, Timestamp, TokenId, Tries, TryState, User};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A token as the console shows it. Holds no seed.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The name on its label.
    pub serial: Serial,
    /// What it is made of.
    pub token_type: TokenType,
    /// What the operator calls the device, or empty.
    pub description: String,
    /// Failures in a row.
    pub tries: Tries,
    /// Set while it is disabled, also when that has ended by itself.
    pub disabled: Option<Disabled>,
    /// It verifies before this instant.
    pub expires_at: Option<Timestamp>,
    /// Last accepted verification or approval.
    pub last_used_at: Option<Timestamp>,
    /// Last change by a person.
    pub updated_at: Timestamp,
    /// When its proof was given.
    pub created_at: Timestamp,
    /// Who enrolled it.
    pub created_by: String,
    /// Next counter (HOTP), or the step after the last accepted one (TOTP).
    pub counter: u64,
    /// Steps by which the device's clock leads ours (TOTP).
    pub drift: i32,
    /// Raised by every change by a person.
    pub version: i64,
}

/// Since when, until when, by whom and why a token is disabled.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Who did it.
    pub by: String,
    /// Why, or empty.
    pub reason: String,
}

impl Disabled {
    /// Whether it has not ended by itself.
    pub fn holds(&self, now: Timestamp) -> bool {
        still_disabled(self.until, now)
    }
}

/// Whether a token that was disabled until then, or for good, is so still.
pub fn still_disabled(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until)
}

/// Whether a token that verifies before this instant, or for ever, has expired.
pub fn has_expired(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|at| at <= now)
}

/// The one status of a token. Exactly one of three; hints stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Status {
    /// It may verify, if no hint says otherwise.
    Active,
    /// An operator switched it off.
    Disabled,
    /// Its type is to be replaced.
    Obsolete,
}

/// What stands beside the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Hint {
    /// Too many failures in a row: not before this instant.
    Waits(Timestamp),
    /// Far too many failures in a row: not before an operator unlocks it.
    Locked,
    /// Since this instant.
    Expired(Timestamp),
    /// At this instant, within the type's notice.
    ExpiresSoon(Timestamp),
    /// Disabled until this instant.
    DisabledUntil(Timestamp),
    /// Obsolete, but verifies until this instant.
    WorksUntil(Timestamp),
    /// Obsolete, and verifies no longer.
    WorksNoLonger,
    /// Never verified.
    NeverUsed,
    /// Its clock runs ahead or behind by several steps.
    Drifting,
}

/// A token's name in labels, messages and the audit: "HOTP app, Backup tablet".
pub fn name(type_name: &str, description: &str) -> String {
    if description.is_empty() {
        type_name.to_owned()
    } else {
        format!("{type_name}, {description}")
    }
}

/// Steps of drift from which an operator should know.
const DRIFTING: u32 = 5;

impl Token {
    /// See [`name`].
    pub fn name(&self) -> String {
        name(&self.token_type.name, &self.description)
    }

    /// DISABLED before OBSOLETE before ACTIVE.
    pub fn status(&self, now: Timestamp) -> Status {
        if self
            .disabled
            .as_ref()
            .is_some_and(|disabled| disabled.holds(now))
        {
            Status::Disabled
        } else if self.token_type.obsolete_at(now).is_some() {
            Status::Obsolete
        } else {
            Status::Active
        }
    }

    /// Whether its next code would be evaluated, as far as failures go.
    pub fn try_state(&self, now: Timestamp) -> TryState {
        self.tries.state(Limit::TOKEN, now)
    }

    /// Whether it has expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        has_expired(self.expires_at, now)
    }

    /// Whether it verifies now or after its waiting time.
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        self.is_for_sign_in(now) && self.try_state(now) != TryState::Locked
    }

    /// Whether it would verify if nobody had tried too often.
    fn is_for_sign_in(&self, now: Timestamp) -> bool {
        let status_allows = match self.status(now) {
            Status::Active => true,
            Status::Disabled => false,
            Status::Obsolete => self
                .token_type
                .obsolete_at(now)
                .is_some_and(|o| o.in_grace(now)),
        };
        status_allows && self.token_type.kind.counts_for_sign_in() && !self.is_expired(now)
    }

    /// What stands beside the status, most pressing first.
    pub fn hints(&self, now: Timestamp) -> Vec<Hint> {
        let mut hints = Vec::new();
        match self.try_state(now) {
            TryState::Open => {}
            TryState::Waits(until) => hints.push(Hint::Waits(until)),
            TryState::Locked => hints.push(Hint::Locked),
        }
        match self.status(now) {
            Status::Active => {}
            Status::Disabled => {
                hints.extend(
                    self.disabled
                        .as_ref()
                        .and_then(|d| d.until)
                        .map(Hint::DisabledUntil),
                );
            }
            Status::Obsolete => hints.push(self.grace_hint(now)),
        }
        hints.extend(self.expiry_hint(now));
        if self.drift.unsigned_abs() >= DRIFTING {
            hints.push(Hint::Drifting);
        }
        if self.last_used_at.is_none() {
            hints.push(Hint::NeverUsed);
        }
        hints
    }

    fn grace_hint(&self, now: Timestamp) -> Hint {
        match self
            .token_type
            .obsolete_at(now)
            .and_then(|obsolete| obsolete.grace_until)
        {
            Some(until) if now < until => Hint::WorksUntil(until),
            _ => Hint::WorksNoLonger,
        }
    }

    fn expiry_hint(&self, now: Timestamp) -> Option<Hint> {
        let at = self.expires_at?;
        let notice = Duration::from_secs(u64::from(self.token_type.notice_days) * 86_400);
        if at <= now {
            Some(Hint::Expired(at))
        } else if at <= now.after(notice) {
            Some(Hint::ExpiresSoon(at))
        } else {
            None
        }
    }

    /// Where it stands in the list: locked, waiting, obsolete, expired, expiring, then all others.
    pub fn attention(&self, now: Timestamp) -> Option<u8> {
        let rank = |hint: &Hint| match hint {
            Hint::Locked => Some(0),
            Hint::Waits(_) => Some(1),
            Hint::WorksUntil(_) | Hint::WorksNoLonger => Some(2),
            Hint::Expired(_) => Some(3),
            Hint::ExpiresSoon(_) => Some(4),
            Hint::DisabledUntil(_) | Hint::NeverUsed | Hint::Drifting => None,
        };
        self.hints(now).iter().filter_map(rank).min()
    }
}

/// Puts tokens in the list's own order: needing attention first, then last used, newest first.
pub fn sort(tokens: &mut [Token], now: Timestamp) {
    tokens.sort_by_key(|token| {
        let attention = token.attention(now).unwrap_or(u8::MAX);
        (
            attention,
            std::cmp::Reverse(token.last_used_at),
            token.serial.clone(),
        )
    });
}

/// Why a user cannot sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum NoSignIn {
    /// The user is disabled.
    UserDisabled,
    /// The user is locked.
    UserLocked,
    /// One would do if it were unlocked.
    TokensLocked,
    /// None would.
    NoActiveToken,
}

/// Why a user cannot sign in with these tokens, or `None` where one of them verifies now or after its waiting
/// time.
pub fn no_sign_in(user: &User, tokens: &[Token], now: Timestamp) -> Option<NoSignIn> {
    let would = |token: &Token| token.is_for_sign_in(now);
    if user.disabled_at.is_some() {
        Some(NoSignIn::UserDisabled)
    } else if user.try_state(now) == TryState::Locked {
        Some(NoSignIn::UserLocked)
    } else if tokens.iter().any(|token| token.may_sign_in(now)) {
        None
    } else if tokens.iter().any(would) {
        Some(NoSignIn::TokensLocked)
    } else {
        Some(NoSignIn::NoActiveToken)
    }
}

/// Whether a user can sign in with these tokens: the opposite of [`no_sign_in`].
pub fn can_sign_in(user: &User, tokens: &[Token], now: Timestamp) -> bool {
    no_sign_in(user, tokens, now).is_none()
}

/// Whether a deed on `token` would take away the last one that this user can sign in with.
pub fn is_last(user: &User, tokens: &[Token], token: TokenId, now: Timestamp) -> bool {
    let others: Vec<Token> = tokens
        .iter()
        .filter(|other| other.id != token)
        .cloned()
        .collect();
    can_sign_in(user, tokens, now) && !can_sign_in(user, &others, now)
}
