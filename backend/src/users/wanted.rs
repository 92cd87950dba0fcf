//! The queries behind the list of users: who is wanted, and a page of them in an order.

use super::cursor::{Side, Start};
use super::list::{MANY, SIZE};
use super::search::Search;
use crate::error::Result;
use crate::instant::column;
use domain::listing::{Column, Order, Show};
use domain::{Limit, Timestamp};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// What was asked for, within the realms of the caller.
pub(super) struct Wanted {
    pub search: Search,
    pub realms: Vec<Uuid>,
    /// Those of them where the caller may see phone numbers in full.
    pub phones_in: Vec<Uuid>,
    pub show: Show,
    pub order: Order,
    pub now: Timestamp,
}

/// A row of the list, without its tokens.
#[derive(sqlx::FromRow)]
pub(super) struct Found {
    pub id: Uuid,
    pub username: String,
    pub given_name: String,
    pub family_name: String,
    pub department: String,
    pub realm_id: Uuid,
    pub realm_name: String,
}

/// What a list in this order is sorted by, before name and id; none for the names themselves. Its text
/// can be compared again as the type that is named.
pub(super) const fn key(of: Column) -> Option<(&'static str, &'static str)> {
    match of {
        Column::Name => None,
        Column::Username => Some(("a.username_key", "text")),
        Column::Department => Some(("lower(u.department) collate \"C\"", "text")),
        Column::Realm => Some(("lower(r.display_name) collate \"C\"", "text")),
        Column::LastUsed => Some((
            "coalesce((select max(t.last_used_at) from token_auth t where t.user_id = u.id),
                 '-infinity'::timestamptz)",
            "timestamptz",
        )),
    }
}

/// The tables that the keys and conditions speak of.
pub(super) const FROM: &str = "app_user u join user_auth a on a.user_id = u.id
     join realm r on r.id = u.realm_id";

impl Wanted {
    /// The first matches in no order, one more than are counted.
    pub(super) async fn matches(&self, tx: &mut PgConnection) -> Result<Vec<Uuid>> {
        if !self.search.is_empty() {
            // How rare a word is, the planner can only guess; the trigram index is never slow.
            sqlx::query!(
                "select set_config('enable_seqscan', 'off', true) as a,
                     set_config('enable_indexscan', 'off', true) as b"
            )
            .fetch_one(&mut *tx)
            .await?;
        }
        let mut query = QueryBuilder::new("select u.id from app_user u where ");
        self.push(&mut query);
        query.push(" limit ").push_bind(MANY + 1);
        let ids = query.build_query_scalar().fetch_all(&mut *tx).await?;
        if !self.search.is_empty() {
            sqlx::query!(
                "select set_config('enable_seqscan', 'on', true) as a,
                     set_config('enable_indexscan', 'on', true) as b"
            )
            .fetch_one(tx)
            .await?;
        }
        Ok(ids)
    }

    /// A page in order, and one row more if there is one; backwards from a cursor that says so.
    pub(super) async fn rows(
        &self,
        tx: &mut PgConnection,
        ids: Option<&[Uuid]>,
        start: Option<&Start>,
    ) -> Result<Vec<Found>> {
        let mut query = QueryBuilder::new(format!(
            "select u.id, u.username, u.given_name, u.family_name, u.department, u.realm_id,
                 r.display_name as realm_name
             from {FROM} where "
        ));
        self.push(&mut query);
        if let Some(ids) = ids {
            query
                .push(" and u.id = any(")
                .push_bind(ids.to_vec())
                .push(")");
        }
        let backwards = start.is_some_and(|start| start.side == Side::Before);
        let (than, order) = match self.order.descending == backwards {
            true => (">", "asc"),
            false => ("<", "desc"),
        };
        let key = key(self.order.column);
        if let Some(start) = start {
            query.push(" and (");
            if let Some((key, _)) = key {
                query.push(key).push(", ");
            }
            query.push("u.sort_name, u.id) ").push(than).push(" (");
            if let Some((_, kind)) = key {
                query.push_bind(start.key.clone());
                query.push(format!("::text::{kind}, "));
            }
            query.push_bind(start.sort_name.clone()).push(", ");
            query.push_bind(start.id).push(")");
        }
        query.push(" order by ");
        if let Some((key, _)) = key {
            query.push(format!("{key} {order}, "));
        }
        query.push(format!("u.sort_name {order}, u.id {order} limit "));
        query.push_bind(i64::try_from(SIZE + 1).unwrap_or(i64::MAX));
        Ok(query.build_query_as().fetch_all(tx).await?)
    }

    fn push(&self, query: &mut QueryBuilder<Postgres>) {
        query
            .push("u.realm_id = any(")
            .push_bind(self.realms.clone())
            .push(")");
        match self.show {
            Show::All => {}
            Show::CannotSignIn => {
                query.push(" and not u.can_sign_in");
            }
            Show::Obsolete => self.push_obsolete(query),
            Show::WaitingOrLocked => self.push_waiting(query),
        }
        self.search.push(query, &self.phones_in);
    }

    /// As `domain::Token::status` says OBSOLETE.
    fn push_obsolete(&self, query: &mut QueryBuilder<Postgres>) {
        query
            .push(
                " and u.id in (select t.user_id from token_auth t
                     join token_type y on y.id = t.type_id where y.obsolete_since <= ",
            )
            .push_bind(column(self.now))
            .push(" and (t.disabled_at is null or t.disabled_until <= ")
            .push_bind(column(self.now))
            .push("))");
    }

    /// As `domain::Tries::state` says that it waits or is locked, of the user or of a token.
    fn push_waiting(&self, query: &mut QueryBuilder<Postgres>) {
        query.push(" and u.id in (select user_id from user_auth where ");
        self.push_tries(query, Limit::USER);
        query.push(" union all select user_id from token_auth where ");
        self.push_tries(query, Limit::TOKEN);
        query.push(")");
    }

    fn push_tries(&self, query: &mut QueryBuilder<Postgres>, limit: Limit) {
        query.push("(retry_at > ").push_bind(column(self.now));
        if let Some(lock_at) = limit.lock_at().and_then(|at| i32::try_from(at).ok()) {
            query.push(" or failures >= ").push_bind(lock_at);
        }
        query.push(")");
    }
}
