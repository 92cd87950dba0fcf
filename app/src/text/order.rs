//! In which order a list stands.

use super::inner;

/// What stands in a column, as far as its order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Names and words.
    Words,
    /// Times gone by.
    Past,
    /// Times to come.
    Future,
}

/// In which order rows stand: "Sorted by last used, newest first".
pub fn sorted(head: &str, holds: Holds, descending: bool) -> String {
    let first = match (holds, descending) {
        (Holds::Words, false) => "A first",
        (Holds::Words, true) => "Z first",
        (Holds::Past, false) => "oldest first",
        (Holds::Past, true) => "newest first",
        (Holds::Future, false) => "soonest first",
        (Holds::Future, true) => "latest first",
    };
    format!("Sorted by {}, {first}", inner(head))
}
