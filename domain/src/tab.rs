//! What the Tokens tab shows: a user's tokens, one token with its history, and what the operator may do.

use crate::audit::Entry;
use crate::enrolment::Enrolment;
use crate::token::NoSignIn;
use crate::token_type::{EnrolBlocked, TokenType};
use crate::{Action, Offer, Timestamp, Token, User, action, token};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// What the operator's roles allow in the user's realm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct May {
    /// What may be done to tokens, of what is built.
    pub actions: Vec<Action>,
    /// Whether tokens may be enrolled on behalf of the user.
    pub enrol: bool,
    /// Whether the user may be edited, disabled and deleted.
    pub manage: bool,
}

impl May {
    /// The token's menu now: what its kind has, its type leaves, this build can do and the operator may.
    pub fn offers(&self, token: &Token, user: &User, now: Timestamp) -> Vec<Offer> {
        self.actions
            .iter()
            .filter_map(|action| action::offer(*action, token, user, now))
            .collect()
    }
}

/// A user's tokens and the enrolments that wait for their proof.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Tab {
    /// Whose.
    pub user: User,
    /// In the list's own order.
    pub tokens: Vec<Token>,
    /// Oldest first.
    pub enrolments: Vec<Enrolment>,
    /// What the operator may do.
    pub may: May,
}

impl Tab {
    /// Why the user cannot sign in, or `None`.
    pub fn no_sign_in(&self, now: Timestamp) -> Option<NoSignIn> {
        token::no_sign_in(&self.user, &self.tokens, now)
    }
}

/// One token under its user.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Detail {
    /// Whose.
    pub user: User,
    /// Which.
    pub token: Token,
    /// Whether the user could not sign in without it.
    pub is_last: bool,
    /// The user's other tokens that sign in, in the list's own order.
    pub others: Vec<Token>,
    /// What happened to it, newest first, and not beyond the newest thirty.
    pub history: Vec<Entry>,
    /// What can take its place; only for a token of an obsolete type.
    pub next: Option<Next>,
    /// What the operator may do.
    pub may: May,
}

/// What takes the place of a token whose type is obsolete.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Next {
    /// The type that follows.
    pub token_type: TokenType,
    /// Why it cannot be enrolled for this user now.
    pub blocked: Option<EnrolBlocked>,
    /// The enrolment that replaces the token and waits for its proof.
    pub waiting: Option<Enrolment>,
}

/// The types that a user can be given a token of.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Choices {
    /// Whose.
    pub user: User,
    /// What the user has already, in the list's own order; empty for who may not look at it.
    pub tokens: Vec<Token>,
    /// In the administrators' order, each with why it cannot be taken now.
    pub types: Vec<(TokenType, Option<EnrolBlocked>)>,
    /// What waits for its proof, oldest first.
    pub enrolments: Vec<Enrolment>,
}
