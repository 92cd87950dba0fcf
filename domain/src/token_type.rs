//! What an administrator makes of a kind: its name, rules, and the dates that make it obsolete.

use crate::{Action, Algorithm, Digits, Kind, Timestamp, TokenTypeId};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// A token type with its name in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct TokenType {
    /// Its id.
    pub id: TokenTypeId,
    /// Its part in addresses, given once.
    pub slug: String,
    /// How its tokens work.
    pub kind: Kind,
    /// "Authenticator app".
    pub name: String,
    /// One sentence.
    pub help: String,
    /// Name of an icon of the sprite.
    pub icon: String,
    /// The hash behind its codes.
    pub algorithm: Algorithm,
    /// Length of its codes.
    pub digits: Digits,
    /// Seconds of a TOTP step.
    pub period: u16,
    /// At most this many tokens of it per user.
    pub maximum: Option<u16>,
    /// Days until a new token of it expires.
    pub validity_days: Option<u32>,
    /// Days before that in which it *expires soon*.
    pub notice_days: u32,
    /// Whether operators may enrol it on behalf of a user.
    pub enrollable: bool,
    /// What it asks of the description.
    pub description: DescriptionRule,
    /// Actions that it takes away from its kind.
    pub denied: Vec<Action>,
    /// Set when it is, or will be, obsolete.
    pub obsolete: Option<Obsolete>,
}

/// What a type asks of the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum DescriptionRule {
    /// There is none.
    Hidden,
    /// May be empty.
    Optional,
    /// May not be empty.
    Required,
}

/// Since when a type is obsolete, what follows it, and until when its tokens still verify.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Obsolete {
    /// From this instant on.
    pub since: Timestamp,
    /// Name of the type that follows.
    pub followed_by: Option<String>,
    /// Tokens verify before this instant; `None`: not any more, at once.
    pub grace_until: Option<Timestamp>,
}

impl DescriptionRule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hidden, Self::Optional, Self::Required];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }

    /// The rule of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

impl Obsolete {
    /// Whether it has begun.
    pub fn has_come(&self, now: Timestamp) -> bool {
        self.since <= now
    }

    /// Whether its tokens still verify.
    pub fn in_grace(&self, now: Timestamp) -> bool {
        self.grace_until.is_some_and(|until| now < until)
    }
}

impl TokenType {
    /// The obsolescence that has come, if it has.
    pub fn obsolete_at(&self, now: Timestamp) -> Option<&Obsolete> {
        self.obsolete
            .as_ref()
            .filter(|obsolete| obsolete.has_come(now))
    }

    /// The dates on which its tokens change with it, past ones too.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let ending = self.obsolete.as_ref();
        let grace_until = ending.and_then(|it| it.grace_until);
        [ending.map(|it| it.since), grace_until]
            .into_iter()
            .flatten()
    }

    /// Whether its tokens have a description or an address that can be edited.
    pub fn has_something_to_edit(&self) -> bool {
        self.description != DescriptionRule::Hidden || self.kind.has_address()
    }

    /// Why it cannot be enrolled on behalf of somebody who has `count` tokens of it, or `None`.
    pub fn enrol_blocked(&self, count: usize, now: Timestamp) -> Option<EnrolBlocked> {
        if let Some(obsolete) = self.obsolete_at(now) {
            return Some(EnrolBlocked::Obsolete {
                followed_by: obsolete.followed_by.clone(),
            });
        }
        let (count, maximum) = (u32::try_from(count).unwrap_or(u32::MAX), self.maximum?);
        (count >= u32::from(maximum)).then_some(EnrolBlocked::Maximum { count, maximum })
    }
}

/// Why a type cannot be enrolled now.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum EnrolBlocked {
    /// The type that follows is to be taken instead.
    Obsolete {
        /// Its name.
        followed_by: Option<String>,
    },
    /// The user has as many as the type allows.
    Maximum {
        /// Tokens of this type.
        count: u32,
        /// What the type allows.
        maximum: u16,
    },
}
