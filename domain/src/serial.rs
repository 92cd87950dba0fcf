//! The name on a token's label.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 1 to 40 of `A-Z 0-9 - _ .`, upper case, without blanks, such as `HOTP-7K3M9QXA`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Schema, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// The letters of our own serials: none that is taken for another when read aloud.
pub const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Not a serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSerial;

impl Serial {
    /// Takes what was typed or scanned: upper-cased and stripped of blanks.
    pub fn parse(text: &str) -> Result<Self, BadSerial> {
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_.".contains(&b);
        if (1..=40).contains(&bare.len()) && bare.bytes().all(allowed) {
            Ok(Self(bare))
        } else {
            Err(BadSerial)
        }
    }

    /// A serial of ours: the kind's prefix and eight letters of [`ALPHABET`], chosen by `chance`, each
    /// value taken modulo 30 by the caller's rejection sampling.
    pub fn ours(prefix: &str, chance: [u8; 8]) -> Self {
        let letters = chance.map(|n| char::from(ALPHABET[usize::from(n) % ALPHABET.len()]));
        Self(format!("{prefix}-{}", letters.iter().collect::<String>()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Serial {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|BadSerial| "not a serial")
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_one_spelling() {
        assert_eq!(
            Serial::parse(" hotp-7k3m 9qxa ").map(String::from),
            Ok("HOTP-7K3M9QXA".into())
        );
        for bad in ["", "  ", "A%", "Ä", "A/B", "A\0", &"A".repeat(41)] {
            assert_eq!(Serial::parse(bad), Err(BadSerial), "{bad:?}");
        }
    }

    #[test]
    fn ours_are_serials() {
        let serial = Serial::ours("TOTP", [0, 1, 2, 3, 4, 5, 28, 29]);
        assert_eq!(serial.as_str(), "TOTP-234567YZ");
        assert_eq!(Serial::parse(serial.as_str()), Ok(serial));
    }
}
