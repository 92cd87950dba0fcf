//! Where a page of users ends: at which user, and on which side to go on. An address holds the id only,
//! never a name.

use super::order::Sorting;
use crate::error::Result;
use sqlx::{PgConnection, QueryBuilder, Row as _};
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
    pub realm: Uuid,
    /// As text.
    pub keys: Vec<String>,
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
    pub async fn find(
        self,
        db: &mut PgConnection,
        sorting: &Sorting,
        realms: &[Uuid],
    ) -> Result<Option<Start>> {
        let Self { side, id } = self;
        let mut query = QueryBuilder::new("select u.realm_id");
        for key in sorting.keys {
            query.push(format!(", ({})::text", key.sql));
        }
        query.push(format!(" from {} where u.id = ", sorting.from));
        query.push_bind(id).push(" and u.realm_id = any(");
        query.push_bind(realms).push(")");
        let Some(row) = query.build().fetch_optional(db).await? else {
            return Ok(None);
        };
        let keys = (1..=sorting.keys.len()).map(|at| row.try_get(at));
        Ok(Some(Start {
            side,
            realm: row.try_get(0)?,
            keys: keys.collect::<sqlx::Result<_>>()?,
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
