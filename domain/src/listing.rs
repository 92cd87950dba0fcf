//! What a list of users shows, and in which order: words in its address, closed sets everywhere else.
#![deny(clippy::wildcard_enum_match_arm)]

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which users a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Show {
    /// Everybody.
    #[default]
    All,
    /// Whoever has no token that lets them sign in.
    CannotSignIn,
    /// Whoever holds an obsolete token.
    Obsolete,
    /// Whoever waits or is locked, or holds a token that does.
    WaitingOrLocked,
}

impl Show {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 4] = [
        Self::All,
        Self::CannotSignIn,
        Self::Obsolete,
        Self::WaitingOrLocked,
    ];

    /// Its word in addresses; empty for everybody.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::CannotSignIn => "cannot-sign-in",
            Self::Obsolete => "obsolete",
            Self::WaitingOrLocked => "waiting-or-locked",
        }
    }

    /// What a word shows; everybody for one that is none of ours.
    pub fn parse(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|show| show.as_str() == word);
        known.unwrap_or_default()
    }
}

/// What a list of users can be ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Column {
    /// Family and given name.
    #[default]
    Name,
    /// The username as it is compared.
    Username,
    /// The department, none first.
    Department,
    /// The realm's display name.
    Realm,
    /// The last use of any of the user's tokens, never first.
    LastUsed,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Username,
        Self::Department,
        Self::Realm,
        Self::LastUsed,
    ];

    /// Its word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Username => "username",
            Self::Department => "department",
            Self::Realm => "realm",
            Self::LastUsed => "last-used",
        }
    }

    /// Whether people look for the last of it first: of times the newest.
    pub const fn begins_descending(self) -> bool {
        match self {
            Self::LastUsed => true,
            Self::Name | Self::Username | Self::Department | Self::Realm => false,
        }
    }
}

/// A column, and which end of it comes first. In addresses `username` or `-username`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// Largest, newest or Z first.
    pub descending: bool,
}

impl Order {
    /// From an address; by name for what is none of ours.
    pub fn parse(text: &str) -> Self {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let column = Column::ALL.into_iter().find(|it| it.as_str() == word);
        column.map_or_else(Self::default, |column| Self { column, descending })
    }

    /// The order that the column's head leads to: the other way round, or the way it begins.
    pub fn next(self, column: Column) -> Self {
        let descending = match self.column == column {
            true => !self.descending,
            false => column.begins_descending(),
        };
        Self { column, descending }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.column.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_survives_the_trip_through_an_address() {
        for column in Column::ALL {
            for descending in [false, true] {
                let order = Order { column, descending };
                assert_eq!(Order::parse(&order.to_string()), order);
            }
        }
        for other in ["", "-", "--name", "seed"] {
            assert_eq!(Order::parse(other), Order::default(), "{other:?}");
        }
    }

    #[test]
    fn a_head_turns_its_own_order_round_and_begins_where_people_look() {
        let next = |from: &str, column| Order::parse(from).next(column).to_string();
        assert_eq!(next("name", Column::Name), "-name");
        assert_eq!(next("-name", Column::Name), "name");
        assert_eq!(next("name", Column::Realm), "realm");
        assert_eq!(next("name", Column::LastUsed), "-last-used");
        assert_eq!(next("-last-used", Column::LastUsed), "last-used");
    }
}
