//! The conditions of a list of users: who is wanted, and how many that are.

use super::list::MANY;
use super::search::Search;
use crate::error::Result;
use crate::instant::column;
use domain::listing::{Order, Show};
use domain::page::Count;
use domain::{Limit, Timestamp};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// What was asked for, within the realms of the caller.
pub(super) struct Wanted {
    pub search: Search,
    pub realms: Vec<Uuid>,
    /// Those of them where the caller may see phone numbers in full.
    pub phones_in: Vec<Uuid>,
    /// The types that are obsolete now, where they are asked for.
    pub obsolete: Vec<Uuid>,
    pub show: Show,
    pub order: Order,
    pub now: Timestamp,
}

/// Who matches.
pub(super) enum Matches {
    /// These, in no order.
    Few(Vec<Uuid>),
    /// More than are counted.
    Many(Many),
}

/// What is known of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Many {
    /// Whether many family names begin with the one word that is looked for.
    pub begun: bool,
    /// How many match; how many others do, where many names begin with the word.
    pub share: Share,
}

/// How many of all users, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Few, who may still be thousands.
    Small,
    /// Unknown, or not few.
    Large,
}

impl Matches {
    /// As it is told.
    pub(super) fn count(&self) -> Count {
        match self {
            Self::Few(ids) => u32::try_from(ids.len()).map_or(Count::Many, Count::Exactly),
            Self::Many(_) => Count::Many,
        }
    }
}

/// So many obsolete tokens are enough to say that many hold one.
const HELD: i64 = 4 * MANY;

impl Wanted {
    /// Counts, and gives the matches unless they are too many.
    pub(super) async fn matches(&self, tx: &mut PgConnection) -> Result<Matches> {
        if self.is_held_by_many(tx).await? {
            return Ok(Matches::Many(Many {
                begun: false,
                share: Share::Large,
            }));
        }
        let mut many = Many {
            begun: self.begins_many(tx).await?,
            share: Share::Large,
        };
        if self.search.has_long_word() {
            let glance = self.glance(tx, many.begun).await?;
            many.share = glance.share();
            if many.begun || self.is_common(tx, &glance).await? {
                return Ok(Matches::Many(many));
            }
        }
        let mut query = QueryBuilder::new("select id from (");
        for (at, source) in self.search.sources().iter().enumerate() {
            query.push(if at == 0 { "(" } else { " union (" });
            query.push("select u.id from app_user u where ");
            self.push_within(&mut query, &self.realms);
            source.push(&mut query, false);
            self.push_shown(&mut query);
            if !self.search.is_told_by(source) {
                self.search.push_words(&mut query, &self.phones_in);
            }
            query.push(" limit ").push_bind(MANY + 1).push(")");
        }
        query.push(") found limit ").push_bind(MANY + 1);
        self.search.by_trigrams(tx, true).await?;
        let ids: Vec<Uuid> = query.build_query_scalar().fetch_all(&mut *tx).await?;
        self.search.by_trigrams(tx, false).await?;
        let few = i64::try_from(ids.len()).is_ok_and(|count| count <= MANY);
        Ok(if few {
            Matches::Few(ids)
        } else {
            Matches::Many(many)
        })
    }

    /// Whether so many are among the first holders of obsolete tokens. The index of `token_types` gives all
    /// at once.
    async fn is_held_by_many(&self, tx: &mut PgConnection) -> Result<bool> {
        if self.show != Show::Obsolete || !self.search.is_empty() {
            return Ok(false);
        }
        let mut query = QueryBuilder::new("select count(*) from (select from app_user u where ");
        self.push_within(&mut query, &self.realms);
        // an array is gone through in order, where users stand side by side in the table
        query.push(" and u.id = any(array(select user_id from token_auth where type_id = any(");
        query.push_bind(self.obsolete.clone());
        query.push(") limit ").push_bind(HELD).push("))");
        self.push_shown(&mut query);
        query.push(" limit ").push_bind(MANY + 1).push(") few");
        let found: i64 = query.build_query_scalar().fetch_one(tx).await?;
        Ok(found > MANY)
    }

    /// Whether the word begins so many family names. An index tells, without a look at any user.
    async fn begins_many(&self, tx: &mut PgConnection) -> Result<bool> {
        let beginning = match self.search.beginning() {
            Some(it) if self.search.has_long_word() && self.show == Show::All => it,
            _ => return Ok(false),
        };
        let mut query = QueryBuilder::new("select count(*) from (select from app_user u where ");
        self.push_within(&mut query, &self.realms);
        beginning.push(&mut query, false);
        query.push(" limit ").push_bind(MANY + 1).push(") few");
        let found: i64 = query.build_query_scalar().fetch_one(tx).await?;
        Ok(found > MANY)
    }

    /// Whether somebody within the realms may not match.
    pub(super) fn is_selective(&self) -> bool {
        let by_columns = matches!(self.show, Show::All | Show::CannotSignIn);
        !self.search.is_empty() || !by_columns
    }

    /// Adds the conditions on `app_user u` that go with any order.
    pub(super) fn push_within(&self, query: &mut QueryBuilder<Postgres>, realms: &[Uuid]) {
        query
            .push("u.realm_id = any(")
            .push_bind(realms.to_vec())
            .push(")");
        if self.show == Show::CannotSignIn {
            query.push(" and not u.can_sign_in");
        }
    }

    /// Adds all other conditions but that a short word must begin a name.
    pub(super) fn push_matching(&self, query: &mut QueryBuilder<Postgres>) {
        self.push_shown(query);
        self.search.push_words(query, &self.phones_in);
    }

    /// Adds what is shown of all, where [`Self::push_within`] has not said it.
    pub(super) fn push_shown(&self, query: &mut QueryBuilder<Postgres>) {
        match self.show {
            Show::All | Show::CannotSignIn => {}
            // As `domain::Token::status` says OBSOLETE.
            Show::Obsolete => {
                query.push(" and u.token_types && ");
                query.push_bind(self.obsolete.clone());
            }
            Show::WaitingOrLocked => self.push_waiting(query),
        }
    }

    /// As `domain::Tries::state` says that it waits or is locked, of the user or of a token.
    fn push_waiting(&self, query: &mut QueryBuilder<Postgres>) {
        query.push(" and u.id in (select user_id from user_auth where halted and ");
        self.push_tries(query, Limit::USER);
        query.push(" union all select user_id from token_auth where halted and ");
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
