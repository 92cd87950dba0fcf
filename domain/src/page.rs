//! Pages of long lists, cut by keys and not by numbers, so that nothing is skipped or shown twice.

use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// Exact to a thousand, then *1,000+*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum Count {
    /// Exactly this many, at most 1,000.
    Exactly(u32),
    /// More than a thousand.
    Many,
}

/// Some rows of a list, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
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
