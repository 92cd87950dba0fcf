//! The signs of types.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// The signs that a type may have, by their names in the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the drawings")]
pub enum TypeIcon {
    Smartphone,
    ListOrdered,
    MessageSquare,
    MessagesSquare,
    Mail,
    KeyRound,
    RectangleEllipsis,
    CreditCard,
    LifeBuoy,
}

impl TypeIcon {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Smartphone,
        Self::ListOrdered,
        Self::MessageSquare,
        Self::MessagesSquare,
        Self::Mail,
        Self::KeyRound,
        Self::RectangleEllipsis,
        Self::CreditCard,
        Self::LifeBuoy,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smartphone => "smartphone",
            Self::ListOrdered => "list-ordered",
            Self::MessageSquare => "message-square",
            Self::MessagesSquare => "messages-square",
            Self::Mail => "mail",
            Self::KeyRound => "key-round",
            Self::RectangleEllipsis => "rectangle-ellipsis",
            Self::CreditCard => "credit-card",
            Self::LifeBuoy => "life-buoy",
        }
    }

    /// The sign of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}
