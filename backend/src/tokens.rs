//! A user's tokens: looking at them, and every deed on them. One file per deed.

pub mod delete;
pub mod disable;
pub mod edit;
pub mod enable;
pub mod enrol;
mod held;
mod history;
pub(crate) mod kind;
mod list;
pub(crate) mod make;
pub mod replace;
pub(crate) mod row;
pub mod unlock;

pub use history::Gone;
pub(crate) use list::may;
pub use list::{Found, find, tab};

use held::Held;

use domain::{Status, Timestamp, Token};

/// Its status as a word of the audit's before and after.
fn status_word(token: &Token, now: Timestamp) -> &'static str {
    match token.status(now) {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Obsolete => "obsolete",
    }
}
