//! The doormen of the Tokens tab: who asks, what they ask, pass it on. One file per kind of deed; here
//! is how they read what was typed.

mod delete;
mod edit;
mod enrol;
mod look;
mod replace;
mod reset;
mod switch;
mod test;
mod unlock;

pub use delete::DeleteToken;
pub use edit::EditToken;
pub use enrol::{CancelEnrolment, ChooseType, Made, ProveEnrolment, StartEnrolment};
pub use look::{EnrolChoices, FindToken, TokensTab, Where};
pub use replace::ReplaceToken;
pub use reset::{InStep, ResetToken};
pub use switch::{DisableToken, EnableToken};
pub use test::{TestToken, Tested};
pub use unlock::UnlockToken;

#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::problem::Problem,
    crate::text,
    crate::text::bad_line,
    backend::Error,
    domain::{Code, Serial, UserId},
};

/// A slip of the hand counts nothing; a wrong code does.
#[cfg(feature = "ssr")]
fn parse_code(typed: &str) -> Result<Code, Problem> {
    Code::parse_typed(typed)
        .ok_or_else(|| Problem::invalid().at("code", "Enter the digits the app shows."))
}

#[cfg(feature = "ssr")]
fn parse_user(user: &str) -> Result<UserId, Problem> {
    UserId::parse(user).ok_or_else(Problem::not_found)
}

#[cfg(feature = "ssr")]
fn parse_serial(serial: &str) -> Result<Serial, Problem> {
    Serial::parse(serial).map_err(|_| Problem::not_found())
}

/// Why a deed on a token was not done, with the reason that its menu shows.
#[cfg(feature = "ssr")]
fn not_done(error: Error, clock: &Clock) -> Problem {
    match error {
        Error::Blocked(why) => Problem::conflict(format!(
            "{}. Nothing was changed.",
            text::blocked(why, clock)
        )),
        error => error.into(),
    }
}
