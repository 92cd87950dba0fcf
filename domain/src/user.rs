//! A person whose identity is verified.

use crate::line::is_unprintable;
use crate::{BadLine, ContactId, Limit, RealmId, Timestamp, Tries, TryState, UserId};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// 1 to 64 characters, trimmed. Compared by NFKC and lower case, which `backend::fold` does.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Username(String);

/// Why a username was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadUsername {
    /// Nothing was typed.
    Empty,
    /// Too long, or unprintable.
    Line(BadLine),
}

impl Username {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self, BadUsername> {
        let text = text.trim();
        if text.is_empty() {
            Err(BadUsername::Empty)
        } else if text.chars().any(is_unprintable) {
            Err(BadUsername::Line(BadLine::Unprintable))
        } else if text.chars().count() > 64 {
            Err(BadUsername::Line(BadLine::TooLong(64)))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a contact is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum ContactKind {
    /// A phone number, as `+41 79 555 01 12`.
    Phone,
    /// An email address.
    Email,
}

impl ContactKind {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// A phone number or an email address. `value` is masked unless the reader may see contacts.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// What it is good for.
    pub kind: ContactKind,
    /// In full, or masked.
    pub value: String,
    /// "Work", "Private", or empty.
    pub label: String,
    /// The one of its kind that is offered first.
    pub preferred: bool,
}

/// `+41 79 555 01 12` becomes `+41 79 ••• •• 12`: all digits but the first four and the last two.
pub fn mask_phone(number: &str) -> String {
    let total = number.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    let mask = |c: char| {
        if !c.is_ascii_digit() {
            return c;
        }
        seen += 1;
        let shown = total > 6 && (seen <= 4 || seen > total - 2);
        if shown { c } else { '•' }
    };
    number.chars().map(mask).collect()
}

/// `anna.keller@example.org` becomes `a•••@example.org`.
pub fn mask_email(address: &str) -> String {
    match address.split_once('@') {
        Some((local, host)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{host}")
        }
        None => "•••".to_owned(),
    }
}

/// A user as the console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Where it belongs.
    pub realm: RealmId,
    /// The realm's display name.
    pub realm_name: String,
    /// As written.
    pub username: String,
    /// "Anna", or empty.
    pub given_name: String,
    /// "Keller", or empty.
    pub family_name: String,
    /// Plain text, or empty.
    pub department: String,
    /// Preferred ones first.
    pub contacts: Vec<Contact>,
    /// Failures in a row, over all tokens.
    pub tries: Tries,
    /// Since when the user is disabled.
    pub disabled_at: Option<Timestamp>,
}

impl User {
    /// The name for people; the username where there is none.
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.given_name, self.family_name);
        let name = name.trim();
        if name.is_empty() {
            self.username.clone()
        } else {
            name.to_owned()
        }
    }

    /// Whether a code of this user would be evaluated now.
    pub fn try_state(&self, now: Timestamp) -> TryState {
        self.tries.state(Limit::USER, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_masked() {
        assert_eq!(mask_phone("+41 79 555 01 12"), "+41 79 ••• •• 12");
        assert_eq!(mask_phone("117"), "•••");
        assert_eq!(mask_email("anna.keller@example.org"), "a•••@example.org");
        assert_eq!(mask_email("nonsense"), "•••");
    }

    #[test]
    fn a_username_is_trimmed_and_bounded() {
        assert_eq!(
            Username::parse(" a.keller ").map(|u| u.0),
            Ok("a.keller".into())
        );
        assert_eq!(Username::parse(" "), Err(BadUsername::Empty));
        assert!(Username::parse(&"ü".repeat(65)).is_err());
        assert!(Username::parse("a\0b").is_err());
    }
}
