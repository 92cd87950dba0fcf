//! What a user types, and how codes are made: digits, algorithm.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Exactly six to eight ASCII digits. Never printed: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Takes the digits as they are (the API): nothing is stripped, so that no second spelling exists.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (6..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// Takes what a person typed (the console): blanks and dashes are dropped first.
    pub fn parse_typed(text: &str) -> Option<Self> {
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        Self::parse(&bare)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many digits it has.
    pub fn digits(&self) -> Digits {
        match self.0.len() {
            6 => Digits::Six,
            7 => Digits::Seven,
            _ => Digits::Eight,
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

/// Length of a code (RFC 4226 section 5.3: at least 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Digits {
    /// 6
    Six,
    /// 7
    Seven,
    /// 8
    Eight,
}

impl Digits {
    /// All lengths.
    pub const ALL: [Self; 3] = [Self::Six, Self::Seven, Self::Eight];

    /// As a number, for a column or a URI.
    pub const fn get(self) -> u8 {
        match self {
            Self::Six => 6,
            Self::Seven => 7,
            Self::Eight => 8,
        }
    }

    /// From a column.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|digits| i16::from(digits.get()) == number)
    }
}

/// The hash behind a code (RFC 6238 section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Schema, Serialize, Deserialize)]
pub enum Algorithm {
    /// What every app understands.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
}

impl Algorithm {
    /// All algorithms.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The word of the `otpauth` URI, also in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The algorithm of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == word)
    }

    /// Bytes of a fresh seed: as long as the hash output (RFC 6238 section 5.1).
    pub const fn seed_length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_spelling() {
        assert!(Code::parse("012345").is_some());
        for bad in [
            "",
            "1",
            "12345",
            "123456789",
            "123 456",
            "123456 ",
            "１２３４５６",
            "١٢٣٤٥٦",
            "12345a",
        ] {
            assert!(Code::parse(bad).is_none(), "{bad:?}");
        }
        assert_eq!(Code::parse_typed(" 123 4-56\n"), Code::parse("123456"));
        assert_eq!(Code::parse_typed("١٢٣٤٥٦"), None);
    }

    #[test]
    fn a_code_is_not_printed() {
        assert_eq!(format!("{:?}", Code::parse("123456")), "Some(Code(..))");
    }

    #[test]
    fn lengths_and_algorithms_survive_the_trip_through_their_columns() {
        for digits in Digits::ALL {
            assert_eq!(Digits::from_number(i16::from(digits.get())), Some(digits));
        }
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Some(algorithm));
        }
        assert_eq!(Digits::from_number(5), None);
        assert_eq!(Digits::from_number(11), None);
    }
}
