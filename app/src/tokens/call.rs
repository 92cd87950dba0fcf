//! The doormen of the Tokens tab: who asks, what they ask, pass it on. One file per kind of deed; here
//! is how they read what was typed.

mod enrol;
mod look;
mod switch;
mod test;

pub use enrol::{CancelEnrolment, ChooseType, Made, ProveEnrolment, StartEnrolment};
pub use look::{EnrolChoices, FindToken, TokensTab, Where};
pub use switch::{DisableToken, EnableToken};
pub use test::{TestToken, Tested};

#[cfg(feature = "ssr")]
use {
    crate::problem::Problem,
    crate::refusal::bad_line,
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
