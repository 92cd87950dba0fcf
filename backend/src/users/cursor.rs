//! Where a page of users ends: the key of its first or last row, and on which side to go on.

use std::fmt;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub side: Side,
    pub sort_name: String,
    pub id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

impl Cursor {
    /// `None` for what was not made by [`fmt::Display`], or holds what no column does.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let side = match parts.next()? {
            "before" => Side::Before,
            "after" => Side::After,
            _ => return None,
        };
        let id = Uuid::try_parse(parts.next()?).ok()?;
        let sort_name = parts.next()?.to_owned();
        (!sort_name.contains('\0')).then_some(Self {
            side,
            sort_name,
            id,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Before => "before",
            Side::After => "after",
        };
        write!(f, "{side} {} {}", self.id, self.sort_name)
    }
}
