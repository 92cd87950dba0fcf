//! What is said after something was switched off or on, or unlocked. Server side only.

use backend::Switched;

use crate::clock::Clock;
use crate::page::Notice;
use crate::text;

/// The title of what was done; or of what was so already, with who did it before.
pub(crate) fn notice(
    switched: Switched,
    title: impl Into<String>,
    already: &str,
    clock: &Clock,
) -> Notice {
    match switched {
        Switched::Done { name } => Notice::new(title, name),
        Switched::Already { name, by, at } => {
            let by = text::by(by.as_deref(), at, clock);
            Notice::new(format!("{already}{by}"), name)
        }
    }
}

/// As [`notice`] of unlocking: what nobody has unlocked was never locked.
pub(crate) fn unlocked(switched: Switched, title: &str, already: &str, clock: &Clock) -> Notice {
    let already = match &switched {
        Switched::Already { by: None, .. } => "Nothing to unlock",
        Switched::Already { .. } | Switched::Done { .. } => already,
    };
    notice(switched, title, already, clock)
}
