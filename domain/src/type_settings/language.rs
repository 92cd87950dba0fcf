//! The languages that a type can be named in.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// A language that a type may have a name in. English is the one that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Schema, Serialize, Deserialize)]
pub enum Language {
    /// `en`
    English,
    /// `de`
    German,
    /// `fr`
    French,
}

impl Language {
    /// All of them, the required one first.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::French];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
        }
    }

    /// The language of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}
