//! How rare a word is, told by the users who are looked at first.

use super::list::MANY;
use super::wanted::{Share, Wanted};
use crate::error::Result;
use domain::RealmId;
use domain::listing::Show;
use sqlx::{PgConnection, QueryBuilder};

/// Users who are looked at.
const GLANCE: i64 = 1_000;
/// Of them so many have a word that is not rare; and beyond so many they are not counted.
const SOME: i64 = 25;
const ENOUGH: i64 = 250;

/// What was seen.
pub(super) struct Glance {
    first: First,
    found: i64,
}

/// Who is looked at first. Users who were made one after the other stand together in the table, and not in the
/// alphabet.
#[derive(Clone, Copy)]
enum First {
    /// Where an index has them so.
    ByName,
    /// Who was made first, where not all realms are looked in: an index has those of one, and in the table
    /// they may stand far apart.
    Made,
    /// Who stands first in the table, which is read twice as fast.
    InTable,
}

impl Glance {
    pub(super) const fn share(&self) -> Share {
        match self.found < SOME {
            true => Share::Small,
            false => Share::Large,
        }
    }
}

impl Wanted {
    /// Looks at who matches among the first users; without those whose family name begins with the word if
    /// they are `others`.
    pub(super) async fn glance(&self, tx: &mut PgConnection, others: bool) -> Result<Glance> {
        let first = self.first(tx).await?;
        let found = self.found_among(tx, first, (GLANCE, ENOUGH), others);
        Ok(Glance {
            found: found.await?,
            first,
        })
    }

    /// Whether more match than are counted: told by going through users until they are found, where that is
    /// sooner done than asking the trigram index, which gives all of them.
    pub(super) async fn is_common(&self, tx: &mut PgConnection, glance: &Glance) -> Result<bool> {
        let users = sqlx::query_scalar!(
            r#"select reltuples::bigint as "users!" from pg_class where oid = 'app_user'::regclass"#
        );
        let users = users.fetch_one(&mut *tx).await?;
        let found = glance.found;
        // one user costs about as much here as an entry of the index there
        let (here, there) = (MANY * GLANCE / found.max(1), users * found / GLANCE);
        if here >= there {
            return Ok(false);
        }
        let counted = (2 * here, MANY + 1);
        Ok(self.found_among(tx, glance.first, counted, false).await? > MANY)
    }

    async fn first(&self, tx: &mut PgConnection) -> Result<First> {
        if self.show == Show::CannotSignIn {
            return Ok(First::ByName);
        }
        let others = sqlx::query_scalar!(
            r#"select exists (select from realm where id <> all($1) and id <> $2) as "are!""#,
            &self.realms,
            RealmId::OPERATORS.0,
        );
        Ok(match others.fetch_one(tx).await? {
            true => First::Made,
            false => First::InTable,
        })
    }

    /// How many match among so many, counted until they are enough.
    async fn found_among(
        &self,
        tx: &mut PgConnection,
        first: First,
        (among, enough): (i64, i64),
        others: bool,
    ) -> Result<i64> {
        let mut query = QueryBuilder::new("select count(*) from (select from (");
        query.push("select u.* from app_user u where ");
        self.push_within(&mut query, &self.realms);
        query.push(match first {
            First::ByName => " order by u.sort_name, u.id",
            First::Made => " order by u.id",
            First::InTable => " and u.ctid >= '(0,0)'::tid",
        });
        query.push(" limit ").push_bind(among);
        query.push(") u where true");
        self.push_matching(&mut query);
        if let Some(beginning) = self.search.beginning().filter(|_| others) {
            query.push(" and not (true");
            beginning.push(&mut query, false);
            query.push(")");
        }
        query.push(" limit ").push_bind(enough).push(") few");
        Ok(query.build_query_scalar().fetch_one(&mut *tx).await?)
    }
}
