//! How a token works: a closed set. What administrators name and rule are token types, made of a kind.
#![deny(clippy::wildcard_enum_match_arm)]

use serde::{Deserialize, Serialize};

/// How a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// An authenticator app that follows the clock (RFC 6238).
    Totp,
    /// An authenticator app that counts codes (RFC 4226).
    Hotp,
    /// A code sent to a phone.
    Sms,
    /// A code sent to a mailbox.
    Email,
    /// A code sent to a phone or a mailbox, as chosen each time.
    Virtual,
    /// A fob or card from stock.
    Hardware,
    /// A security key or passkey.
    Webauthn,
    /// Ten codes on paper.
    Recovery,
    /// A code for somebody with nothing left.
    Temporary,
}

impl Kind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Totp,
        Self::Hotp,
        Self::Sms,
        Self::Email,
        Self::Virtual,
        Self::Hardware,
        Self::Webauthn,
        Self::Recovery,
        Self::Temporary,
    ];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Hotp => "hotp",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Virtual => "virtual",
            Self::Hardware => "hardware",
            Self::Webauthn => "webauthn",
            Self::Recovery => "recovery",
            Self::Temporary => "temporary",
        }
    }

    /// The kind of a word, or `None`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What our own serials of this kind begin with; hardware tokens keep the maker's.
    pub const fn serial_prefix(self) -> &'static str {
        match self {
            Self::Totp => "TOTP",
            Self::Hotp => "HOTP",
            Self::Sms => "SMS",
            Self::Email => "MAIL",
            Self::Virtual => "VIRT",
            Self::Hardware => "HARD",
            Self::Webauthn => "KEY",
            Self::Recovery => "RECO",
            Self::Temporary => "TEMP",
        }
    }

    /// Whether its codes come from a seed and a counter or clock, so that it can be reset.
    pub const fn is_seeded(self) -> bool {
        match self {
            Self::Totp | Self::Hotp | Self::Hardware => true,
            Self::Sms
            | Self::Email
            | Self::Virtual
            | Self::Webauthn
            | Self::Recovery
            | Self::Temporary => false,
        }
    }

    /// Whether its codes are sent to a phone or a mailbox.
    pub const fn has_address(self) -> bool {
        match self {
            Self::Sms | Self::Email | Self::Virtual => true,
            Self::Totp
            | Self::Hotp
            | Self::Hardware
            | Self::Webauthn
            | Self::Recovery
            | Self::Temporary => false,
        }
    }

    /// Whether it lets a user sign in by itself: recovery and temporary codes don't count.
    pub const fn counts_for_sign_in(self) -> bool {
        match self {
            Self::Totp
            | Self::Hotp
            | Self::Sms
            | Self::Email
            | Self::Virtual
            | Self::Hardware
            | Self::Webauthn => true,
            Self::Recovery | Self::Temporary => false,
        }
    }

    /// Whether this build can enrol and check it.
    pub const fn is_built(self) -> bool {
        match self {
            Self::Totp | Self::Hotp => true,
            Self::Sms
            | Self::Email
            | Self::Virtual
            | Self::Hardware
            | Self::Webauthn
            | Self::Recovery
            | Self::Temporary => false,
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
