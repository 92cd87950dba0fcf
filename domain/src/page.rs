//! Pages of long lists, cut by keys and not by numbers, so that nothing is skipped or shown twice.

use serde::{Deserialize, Serialize};

/// Exact to a thousand, then *1,000+*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Count {
    /// Exactly this many, at most 1,000.
    Exactly(u32),
    /// More than a thousand.
    Many,
}

impl Count {
    /// From a count that stopped at 1,001.
    pub fn capped(count: i64) -> Self {
        match u32::try_from(count) {
            Ok(count) if count <= 1_000 => Self::Exactly(count),
            _ => Self::Many,
        }
    }
}

/// Some rows of a list, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// All rows of the list.
    pub count: Count,
    /// Cursor of the page before; opaque.
    pub previous: Option<String>,
    /// Cursor of the page after; opaque.
    pub next: Option<String>,
}
