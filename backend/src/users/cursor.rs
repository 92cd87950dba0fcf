//! Where a page of users ends: at which user, and on which side to go on. An address holds the id only,
//! never a name.

use super::wanted::{FROM, key};
use crate::error::Result;
use domain::listing::Column;
use sqlx::{PgConnection, QueryBuilder};
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
    /// Of the order's own column, as text; `None` in the order of names.
    pub key: Option<String>,
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
    pub async fn find(
        self,
        db: &mut PgConnection,
        by: Column,
        realms: &[Uuid],
    ) -> Result<Option<Start>> {
        let Self { side, id } = self;
        let key = key(by).map_or("null", |(key, _)| key);
        let mut query = QueryBuilder::new(format!(
            "select ({key})::text, u.sort_name from {FROM} where u.id = "
        ));
        query.push_bind(id).push(" and u.realm_id = any(");
        query.push_bind(realms).push(")");
        let found: Option<(Option<String>, String)> =
            query.build_query_as().fetch_optional(db).await?;
        Ok(found.map(|(key, sort_name)| Start {
            side,
            key,
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
