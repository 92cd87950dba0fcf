//! Where a page of users ends: at which user, and on which side to go on. An address holds the id only,
//! never a name.

use crate::error::Result;
use sqlx::PgConnection;
use std::fmt;
use uuid::Uuid;

/// As it stands in an address.
pub(super) struct Cursor {
    pub side: Side,
    pub id: Uuid,
}

/// Where to go on, by the keys that the list is sorted by.
pub(super) struct Start {
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
    /// `None` for what was not made by [`fmt::Display`].
    pub fn parse(text: &str) -> Option<Self> {
        let (side, id) = text.split_once('-')?;
        let side = match side {
            "before" => Side::Before,
            "after" => Side::After,
            _ => return None,
        };
        let id = Uuid::try_parse(id).ok()?;
        Some(Self { side, id })
    }

    /// `None` when that user is gone, or in no realm of these: the list then begins anew.
    pub async fn find(self, db: &mut PgConnection, realms: &[Uuid]) -> Result<Option<Start>> {
        let Self { side, id } = self;
        let sort_name = sqlx::query_scalar!(
            "select sort_name from app_user where id = $1 and realm_id = any($2)",
            id,
            realms,
        )
        .fetch_optional(db)
        .await?;
        Ok(sort_name.map(|sort_name| Start {
            side,
            sort_name,
            id,
        }))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Before => "before",
            Side::After => "after",
        };
        write!(f, "{side}-{}", self.id.simple())
    }
}
