//! Where the users are found whom a search can match.

use super::inside;
use super::list::MANY;
use super::search::escape;
use super::wanted::Share;
use crate::error::Result;
use domain::listing::Column;
use sqlx::{PgConnection, Postgres, QueryBuilder};

/// Where users who can match are found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// No name has to begin with anything.
    Everybody,
    /// Their username is like this.
    Username(String),
    /// Their family name is like this.
    FamilyName(String),
    /// The word is in them and is told by an index of what does not begin a name; as many as are known.
    Inside(String, Share),
    /// The word is in their username only where that goes on before or behind their name.
    Joined(String),
}

impl Source {
    /// Whether an index has them in this order.
    pub(super) fn is_in_order(&self, by: Column) -> bool {
        match self {
            Self::Everybody | Self::Inside(..) | Self::Joined(_) => false,
            Self::Username(_) => by == Column::Username,
            Self::FamilyName(_) => matches!(by, Column::Name | Column::Realm),
        }
    }

    /// Whether they are more than are gathered at once.
    pub(super) async fn is_large(&self, tx: &mut PgConnection) -> Result<bool> {
        let (name, like) = match self {
            Self::Everybody => return Ok(true),
            Self::Inside(_, share) => return Ok(*share == Share::Large),
            Self::Joined(_) => return Ok(false),
            Self::Username(like) => ("user_auth where username_key", like),
            Self::FamilyName(like) => ("app_user where sort_name", like),
        };
        let mut query = QueryBuilder::new("select count(*) from (select from ");
        query.push(name).push(" like ").push_bind(like.clone());
        query.push(" limit ").push_bind(MANY + 1).push(") few");
        let found: i64 = query.build_query_scalar().fetch_one(tx).await?;
        Ok(found > MANY)
    }

    /// Adds its condition on `app_user u`; on `user_auth a` too where its order is that of usernames.
    pub(super) fn push(&self, query: &mut QueryBuilder<Postgres>, in_order: bool) {
        match self {
            Self::Everybody => {}
            Self::Username(like) if in_order => {
                query.push(" and a.username_key like ");
                query.push_bind(like.clone());
            }
            Self::Username(like) => {
                query.push(" and u.id in (select user_id from user_auth where username_key like ");
                query.push_bind(like.clone()).push(")");
            }
            Self::FamilyName(like) => {
                query.push(" and u.sort_name like ").push_bind(like.clone());
            }
            Self::Inside(word, _) => {
                query.push(" and searched_inside(u.search, u.sort_name) like ");
                query.push_bind(format!("%{}%", escape(word)));
            }
            Self::Joined(word) => inside::push_joined(query, word),
        }
    }
}
