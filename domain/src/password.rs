//! Why a password was refused. The password itself never is a value of this crate.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// Fewest characters of a new password.
pub const SHORTEST: usize = 12;
/// Most characters of a new password.
pub const LONGEST: usize = 128;

/// Why a new password was refused. There are no rules of composition and no end of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum BadPassword {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// One of the common ones, which are guessed first.
    Common,
}
