//! What an operator can do to a token, and why not now. Menus, pages and deeds all ask here.
#![deny(clippy::wildcard_enum_match_arm)]

use crate::privilege::Privilege;
use crate::token::{Status, Token};
use crate::{Kind, Timestamp, TryState, User};
use serde::{Deserialize, Serialize};

/// What can be done to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Put a hardware token back to stock.
    Unassign,
    /// Remove it for good.
    Delete,
}

impl Action {
    /// All actions, in the order of menus.
    pub const ALL: [Self; 11] = [
        Self::View,
        Self::Edit,
        Self::Test,
        Self::Disable,
        Self::Enable,
        Self::Unlock,
        Self::UnlockAndReset,
        Self::Reset,
        Self::Replace,
        Self::Unassign,
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
            Self::Unassign => "unassign",
            Self::Delete => "delete",
        }
    }

    /// The action of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }

    /// Whether this build can do it. What it cannot do is in no menu and at no address.
    pub const fn is_built(self) -> bool {
        match self {
            Self::View | Self::Test | Self::Disable | Self::Enable => true,
            Self::Edit
            | Self::Unlock
            | Self::UnlockAndReset
            | Self::Reset
            | Self::Replace
            | Self::Unassign
            | Self::Delete => false,
        }
    }

    /// What it takes to do it.
    pub const fn privilege(self) -> Privilege {
        match self {
            Self::View => Privilege::TokensView,
            Self::Edit => Privilege::TokensEdit,
            Self::Test => Privilege::TokensTest,
            Self::Disable => Privilege::TokensDisable,
            Self::Enable => Privilege::TokensEnable,
            Self::Unlock => Privilege::TokensUnlock,
            Self::UnlockAndReset | Self::Reset => Privilege::TokensReset,
            Self::Replace => Privilege::TokensReplace,
            Self::Unassign => Privilege::HardwareAssign,
            Self::Delete => Privilege::TokensDelete,
        }
    }

    /// Whether the kind ever has it.
    pub const fn is_of(self, kind: Kind) -> bool {
        match self {
            Self::Reset | Self::UnlockAndReset => kind.is_seeded(),
            Self::Unassign => matches!(kind, Kind::Hardware),
            Self::Edit => !matches!(kind, Kind::Temporary),
            Self::View
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The user waits until this instant.
    UserWaits(Timestamp),
    /// The user is locked.
    UserLocked,
}

/// An action that a menu shows, with the reason why not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What.
    pub action: Action,
    /// Why not now.
    pub blocked: Option<Blocked>,
}

/// Whether the action is in this token's menu now, and if so, whether it is blocked. Says nothing of
/// privileges.
pub fn offer(action: Action, token: &Token, user: &User, now: Timestamp) -> Option<Offer> {
    if !action.is_of(token.token_type.kind) || token.token_type.denied.contains(&action) {
        return None;
    }
    let obsolete = token.token_type.obsolete_at(now).is_some();
    let shown = |blocked| Some(Offer { action, blocked });
    match (action, token.status(now)) {
        (Action::View, _) | (Action::Delete, _) => shown(None),
        (Action::Unassign, _) => (!obsolete).then_some(Offer {
            action,
            blocked: None,
        }),
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
        (Action::UnlockAndReset, Status::Active) => shown(None),
        (Action::Unlock, Status::Obsolete) => shown(Some(Blocked::ReplaceInstead)),
        (Action::UnlockAndReset, Status::Obsolete | Status::Disabled) => None,
        (Action::Unlock, Status::Disabled) => None,
        (Action::Replace, _) => {
            if obsolete {
                shown(None)
            } else {
                None
            }
        }
    }
}

fn try_blocked(token: &Token, user: &User, status: Status, now: Timestamp) -> Option<Blocked> {
    if token.token_type.obsolete_at(now).is_some() {
        return Some(Blocked::ReplaceInstead);
    }
    match (status, token.try_state(now), user.try_state(now)) {
        (Status::Disabled, _, _) => Some(Blocked::Disabled),
        (_, TryState::Locked, _) => Some(Blocked::Locked),
        (_, TryState::Waits(until), _) => Some(Blocked::Waits(until)),
        (_, TryState::Open, TryState::Locked) => Some(Blocked::UserLocked),
        (_, TryState::Open, TryState::Waits(until)) => Some(Blocked::UserWaits(until)),
        (_, TryState::Open, TryState::Open) => token
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
mod tests {
    use super::*;
    use crate::token::Disabled;
    use crate::token_type::{DescriptionRule, Obsolete, TokenType};
    use crate::{Algorithm, Digits, RealmId, Serial, TokenId, TokenTypeId, Tries, UserId};
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);
    const LATER: Timestamp = Timestamp::from_seconds(2_000);
    const BEFORE: Timestamp = Timestamp::from_seconds(500);

    fn user() -> User {
        User {
            id: UserId(Uuid::nil()),
            realm: RealmId(Uuid::nil()),
            realm_name: String::new(),
            username: "a.keller".to_owned(),
            given_name: String::new(),
            family_name: String::new(),
            department: String::new(),
            contacts: Vec::new(),
            tries: Tries::default(),
            disabled_at: None,
        }
    }

    fn token(kind: Kind) -> Token {
        let token_type = TokenType {
            id: TokenTypeId(Uuid::nil()),
            slug: "app".to_owned(),
            kind,
            name: "App".to_owned(),
            help: String::new(),
            icon: "smartphone".to_owned(),
            algorithm: Algorithm::Sha1,
            digits: Digits::Six,
            period: 30,
            maximum: None,
            validity_days: None,
            notice_days: 14,
            enrollable: true,
            description: DescriptionRule::Optional,
            denied: Vec::new(),
            obsolete: None,
        };
        Token {
            id: TokenId(Uuid::nil()),
            serial: Serial::ours("TOTP", [0; 8]),
            token_type,
            description: String::new(),
            tries: Tries::default(),
            disabled: None,
            expires_at: None,
            last_used_at: None,
            updated_at: BEFORE,
            created_at: BEFORE,
            created_by: "Reto Graf".to_owned(),
            counter: 0,
            drift: 0,
            version: 1,
        }
    }

    fn waiting(mut token: Token) -> Token {
        token.tries = Tries {
            failures: 5,
            retry_at: Some(LATER),
        };
        token
    }

    fn locked(mut token: Token) -> Token {
        token.tries = Tries {
            failures: 50,
            retry_at: Some(LATER),
        };
        token
    }

    fn expired(mut token: Token) -> Token {
        token.expires_at = Some(BEFORE);
        token
    }

    fn disabled(mut token: Token) -> Token {
        let by = "Mara Vogt".to_owned();
        token.disabled = Some(Disabled {
            at: BEFORE,
            until: None,
            by,
            reason: String::new(),
        });
        token
    }

    fn obsolete(mut token: Token, grace_until: Timestamp) -> Token {
        let grace_until = Some(grace_until);
        let followed_by = Some("New app".to_owned());
        token.token_type.obsolete = Some(Obsolete {
            since: BEFORE,
            followed_by,
            grace_until,
        });
        token
    }

    /// The menu as words: an action, and after a colon why not now.
    fn menu(token: &Token, user: &User) -> String {
        let offers = Action::ALL
            .into_iter()
            .filter_map(|action| offer(action, token, user, NOW));
        let words = offers.map(|offer| {
            let action = offer.action.as_str();
            match offer.blocked {
                None => action.to_owned(),
                Some(Blocked::Waits(_)) => format!("{action}:waits"),
                Some(Blocked::Locked) => format!("{action}:locked"),
                Some(Blocked::Expired(_)) => format!("{action}:expired"),
                Some(Blocked::Disabled) => format!("{action}:enable-first"),
                Some(Blocked::ReplaceInstead) => format!("{action}:replace-instead"),
                Some(Blocked::TypeObsolete) => format!("{action}:obsolete"),
                Some(Blocked::UserWaits(_)) => format!("{action}:user-waits"),
                Some(Blocked::UserLocked) => format!("{action}:user-locked"),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_state_has_its_menu() {
        let hard = || token(Kind::Hardware);
        let rows = [
            (hard(), "view edit test disable reset unassign delete"),
            (
                waiting(hard()),
                "view edit test:waits disable unlock unlock-and-reset reset:waits unassign delete",
            ),
            (
                locked(hard()),
                "view edit test:locked disable unlock unlock-and-reset reset:locked unassign delete",
            ),
            (
                expired(hard()),
                "view edit test:expired disable reset:expired unassign delete",
            ),
            (
                disabled(hard()),
                "view edit test:enable-first enable reset:enable-first unassign delete",
            ),
            (
                disabled(obsolete(hard(), LATER)),
                "view edit:replace-instead test:replace-instead enable reset:replace-instead \
                 replace delete",
            ),
            (
                disabled(obsolete(hard(), BEFORE)),
                "view edit:replace-instead test:replace-instead enable:obsolete \
                 reset:replace-instead replace delete",
            ),
            (
                obsolete(hard(), LATER),
                "view edit:replace-instead test:replace-instead disable reset:replace-instead \
                 replace delete",
            ),
            (
                obsolete(locked(hard()), LATER),
                "view edit:replace-instead test:replace-instead disable unlock:replace-instead \
                 reset:replace-instead replace delete",
            ),
        ];
        for (token, expected) in rows {
            assert_eq!(menu(&token, &user()), expected);
        }
    }

    #[test]
    fn a_kind_without_a_counter_is_never_reset_and_only_hardware_goes_back_to_stock() {
        assert_eq!(
            menu(&token(Kind::Sms), &user()),
            "view edit test disable delete"
        );
        assert_eq!(
            menu(&token(Kind::Temporary), &user()),
            "view test disable delete"
        );
        assert_eq!(
            menu(&token(Kind::Totp), &user()),
            "view edit test disable reset delete"
        );
    }

    #[test]
    fn a_type_takes_actions_away() {
        let mut token = token(Kind::Totp);
        token.token_type.denied = vec![Action::Test, Action::Edit];
        assert_eq!(menu(&token, &user()), "view disable reset delete");
    }

    #[test]
    fn a_waiting_or_locked_user_blocks_trying() {
        let mut user = user();
        user.tries = Tries {
            failures: 10,
            retry_at: Some(LATER),
        };
        let app = token(Kind::Totp);
        assert_eq!(
            menu(&app, &user),
            "view edit test:user-waits disable reset:user-waits delete"
        );
        user.tries.failures = 100;
        assert_eq!(
            menu(&app, &user),
            "view edit test:user-locked disable reset:user-locked delete"
        );
    }
}
