//! Words that several pages share.

use domain::{BadLine, BadPassword};

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
