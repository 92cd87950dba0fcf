//! What an operator can do to a token, and why not now. Menus, pages and deeds all ask here.
#![deny(clippy::wildcard_enum_match_arm)]

use crate::privilege::Privilege;
use crate::token::{Status, Token};
use crate::{Kind, Timestamp, TryState, User};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// What can be done to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Action {
    /// Look at it.
    View,
    /// Change its description or address.
    Edit,
    /// Try a code of it.
    Test,
    /// Switch it off, perhaps until a date.
    Disable,
    /// Switch it on again.
    Enable,
    /// Let it be tried again.
    Unlock,
    /// Let it be tried again and bring it back in step, in one commit.
    UnlockAndReset,
    /// Bring our counter or clock back in step with the device.
    Reset,
    /// Enrol the type that follows its obsolete type.
    Replace,
    /// Remove it for good.
    Delete,
}

impl Action {
    /// All actions, in the order of menus.
    pub const ALL: [Self; 10] = [
        Self::View,
        Self::Edit,
        Self::Test,
        Self::Disable,
        Self::Enable,
        Self::Unlock,
        Self::UnlockAndReset,
        Self::Reset,
        Self::Replace,
        Self::Delete,
    ];

    /// Its word in addresses and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Test => "test",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Unlock => "unlock",
            Self::UnlockAndReset => "unlock-and-reset",
            Self::Reset => "reset",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }

    /// The action of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// All that it takes to do it.
    pub const fn privileges(self) -> &'static [Privilege] {
        match self {
            Self::View => &[Privilege::TokensView],
            Self::Edit => &[Privilege::TokensEdit],
            Self::Test => &[Privilege::TokensTest],
            Self::Disable => &[Privilege::TokensDisable],
            Self::Enable => &[Privilege::TokensEnable],
            Self::Unlock => &[Privilege::TokensUnlock],
            Self::UnlockAndReset => &[Privilege::TokensUnlock, Privilege::TokensReset],
            Self::Reset => &[Privilege::TokensReset],
            Self::Replace => &[Privilege::TokensReplace],
            Self::Delete => &[Privilege::TokensDelete],
        }
    }

    /// The actions that a type must not deny for it: itself, and what it does in one.
    pub const fn parts(self) -> &'static [Self] {
        match self {
            Self::View => &[Self::View],
            Self::Edit => &[Self::Edit],
            Self::Test => &[Self::Test],
            Self::Disable => &[Self::Disable],
            Self::Enable => &[Self::Enable],
            Self::Unlock => &[Self::Unlock],
            Self::UnlockAndReset => &[Self::UnlockAndReset, Self::Unlock, Self::Reset],
            Self::Reset => &[Self::Reset],
            Self::Replace => &[Self::Replace],
            Self::Delete => &[Self::Delete],
        }
    }

    /// Whether the kind ever has it.
    pub const fn is_of(self, kind: Kind) -> bool {
        match self {
            Self::Reset | Self::UnlockAndReset => kind.moves().is_some(),
            Self::View
            | Self::Edit
            | Self::Test
            | Self::Disable
            | Self::Enable
            | Self::Unlock
            | Self::Replace
            | Self::Delete => true,
        }
    }
}

/// Why an action cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Blocked {
    /// The token waits until this instant.
    Waits(Timestamp),
    /// The token is locked; unlock it first.
    Locked,
    /// The token has expired, at this instant.
    Expired(Timestamp),
    /// The token is disabled; enable it first.
    Disabled,
    /// The type is obsolete; replace the token instead.
    ReplaceInstead,
    /// The type is obsolete and its grace is over.
    TypeObsolete,
    /// The type is obsolete and none follows it.
    NothingFollows,
    /// The user waits until this instant.
    UserWaits(Timestamp),
    /// The user is locked.
    UserLocked,
}

impl Blocked {
    /// The word in the audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waits(_) => "token waits",
            Self::Locked => "token locked",
            Self::Expired(_) => "token expired",
            Self::Disabled => "token disabled",
            Self::ReplaceInstead | Self::TypeObsolete => "type obsolete",
            Self::NothingFollows => "no type follows",
            Self::UserWaits(_) => "user waits",
            Self::UserLocked => "user locked",
        }
    }
}

/// An action that a menu shows, with the reason why not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Offer {
    /// What.
    pub action: Action,
    /// Why not now.
    pub blocked: Option<Blocked>,
}

/// Whether the action is in this token's menu now, and if so, whether it is blocked. Says nothing of
/// privileges.
pub fn offer(action: Action, token: &Token, user: &User, now: Timestamp) -> Option<Offer> {
    let denied = &token.token_type.denied;
    if !action.is_of(token.token_type.kind) || action.parts().iter().any(|it| denied.contains(it)) {
        return None;
    }
    let obsolete = token.token_type.obsolete_at(now).is_some();
    let shown = |blocked| Some(Offer { action, blocked });
    match (action, token.status(now)) {
        (Action::View, _) | (Action::Delete, _) => shown(None),
        (Action::Edit, _) if !token.token_type.has_something_to_edit() => None,
        (Action::Edit, _) => shown(obsolete.then_some(Blocked::ReplaceInstead)),
        (Action::Test | Action::Reset, status) => shown(try_blocked(token, user, status, now)),
        (Action::Disable, Status::Active | Status::Obsolete) => shown(None),
        (Action::Disable, Status::Disabled) => None,
        (Action::Enable, Status::Disabled) => shown(enable_blocked(token, now)),
        (Action::Enable, Status::Active | Status::Obsolete) => None,
        (Action::Unlock | Action::UnlockAndReset, _) if token.try_state(now) == TryState::Open => {
            None
        }
        (Action::Unlock, Status::Active) => shown(None),
        (Action::UnlockAndReset, Status::Active) => shown(code_blocked(token, user, now)),
        (Action::Unlock, Status::Obsolete) => shown(Some(Blocked::ReplaceInstead)),
        (Action::UnlockAndReset, Status::Obsolete | Status::Disabled) => None,
        (Action::Unlock, Status::Disabled) => None,
        (Action::Replace, _) => {
            let obsolete = token.token_type.obsolete_at(now)?;
            let nothing = obsolete.followed_by.is_none();
            shown(nothing.then_some(Blocked::NothingFollows))
        }
    }
}

fn try_blocked(token: &Token, user: &User, status: Status, now: Timestamp) -> Option<Blocked> {
    if token.token_type.obsolete_at(now).is_some() {
        return Some(Blocked::ReplaceInstead);
    }
    match (status, token.try_state(now)) {
        (Status::Disabled, _) => Some(Blocked::Disabled),
        (_, TryState::Locked) => Some(Blocked::Locked),
        (_, TryState::Waits(until)) => Some(Blocked::Waits(until)),
        (_, TryState::Open) => code_blocked(token, user, now),
    }
}

/// Why no code of a token would be looked at, although the token itself neither waits nor is locked.
fn code_blocked(token: &Token, user: &User, now: Timestamp) -> Option<Blocked> {
    match user.try_state(now) {
        TryState::Locked => Some(Blocked::UserLocked),
        TryState::Waits(until) => Some(Blocked::UserWaits(until)),
        TryState::Open => token
            .expires_at
            .filter(|at| *at <= now)
            .map(Blocked::Expired),
    }
}

fn enable_blocked(token: &Token, now: Timestamp) -> Option<Blocked> {
    let obsolete = token.token_type.obsolete_at(now)?;
    (!obsolete.in_grace(now)).then_some(Blocked::TypeObsolete)
}

#[cfg(test)]
#[path = "action_tests.rs"]
pub(crate) mod tests;
