//! How a token works: a closed set. What administrators name and rule are token types, made of a kind.
//!
//! A kind is here once it can be enrolled and checked. Whoever adds one is asked for its facts by the
//! compiler: each is a `match` without a rest.
#![deny(clippy::wildcard_enum_match_arm)]

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// How a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Kind {
    /// An authenticator app that follows the clock (RFC 6238).
    Totp,
    /// An authenticator app that counts codes (RFC 4226).
    Hotp,
}

/// What moves a device with a seed on from one code to the next, and what a reset brings back in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// The time.
    Clock,
    /// Each code that is made.
    Counter,
}

impl Kind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 2] = [Self::Totp, Self::Hotp];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
        }
    }

    /// The kind of a word, or `None`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What our own serials of this kind begin with.
    pub const fn serial_prefix(self) -> &'static str {
        match self {
            Self::Totp => "TOTP",
            Self::Hotp => "HOTP",
        }
    }

    /// What moves its codes on; `None` for codes that no seed makes, which are never out of step.
    pub const fn moves(self) -> Option<Moves> {
        match self {
            Self::Totp => Some(Moves::Clock),
            Self::Hotp => Some(Moves::Counter),
        }
    }

    /// Whether its codes are sent to an address, which can be edited.
    pub const fn has_address(self) -> bool {
        match self {
            Self::Totp | Self::Hotp => false,
        }
    }

    /// Whether it lets a user sign in by itself, and not only in place of what was lost.
    pub const fn counts_for_sign_in(self) -> bool {
        match self {
            Self::Totp | Self::Hotp => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_trip_through_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("TOTP"), None);
    }
}
