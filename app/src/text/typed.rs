//! Why what was typed was refused, said at its field.

use domain::contact::{BadContact, MOST};
use domain::user::BadUsername;
use domain::{BadLine, BadPassword, ContactKind};

/// Why a new password was refused.
pub fn password_rule(bad: BadPassword) -> &'static str {
    match bad {
        BadPassword::TooShort => "Use 12 characters or more.",
        BadPassword::TooLong => "Use 128 characters or fewer.",
        BadPassword::Common => "This is one of the first that are guessed. Choose another.",
    }
}

/// Why a line of text was refused.
pub fn bad_line(bad: BadLine) -> String {
    match bad {
        BadLine::TooLong(most) => format!("{most} characters at most."),
        BadLine::Unprintable => "Control characters cannot be kept. Remove them.".to_owned(),
    }
}

/// Why a username was refused.
pub(crate) fn bad_username(bad: BadUsername) -> String {
    match bad {
        BadUsername::Empty => "Enter a username.".to_owned(),
        BadUsername::Line(bad) => bad_line(bad),
    }
}

/// Why a line of numbers or addresses was refused.
pub(crate) fn bad_contact(line: usize, bad: BadContact, kind: ContactKind) -> String {
    let why = match (bad, kind) {
        (BadContact::Line(bad), _) => bad_line(bad),
        (BadContact::Number, _) => "Enter a number as +41 79 555 01 12: 3 to 20 digits.".to_owned(),
        (BadContact::Address, _) => "Enter an address as name@example.org.".to_owned(),
        (BadContact::TooMany, _) => format!("{MOST} lines at most."),
        (BadContact::Twice, ContactKind::Phone) => "This number stands there already.".to_owned(),
        (BadContact::Twice, ContactKind::Email) => "This address stands there already.".to_owned(),
    };
    format!("Line {line}: {why}")
}
