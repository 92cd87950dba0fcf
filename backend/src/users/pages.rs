//! A page of users in an order. Few matches are sorted. Those whose names begin with what was typed stand
//! together in an index; who else has it is found by another one, and both are merged. Of many others, the first users in the order are tried, and only where too few of
//! them match are all matches gathered and sorted: a walk through an index until a page is full may lead
//! through everybody, for who matches may stand at the order's end.

use super::cursor::Start;
use super::list::SIZE;
use super::order::{Sorting, Way};
use super::source::Source;
use super::wanted::{Many, Matches, Share, Wanted};
use crate::error::Result;
use domain::listing::Column;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// Users who are tried in an order before all matches are gathered: of many matches, and of few, which are
/// gathered soon.
const TRIED: usize = 4_000;
const TRIED_OF_FEW: usize = 200;

/// What of an order is wanted.
struct Piece<'a> {
    way: Way,
    realms: &'a [Uuid],
    start: Option<&'a Start>,
    /// All who can match.
    sources: &'a [Source],
    tried: usize,
    size: usize,
}

impl Wanted {
    /// The keys that these matches are sorted by.
    pub(super) fn sorting(&self, matches: &Matches) -> Sorting {
        match matches {
            Matches::Few(_) => Sorting::of_few(self.order.column),
            Matches::Many(_) => Sorting::of_many(self.order.column),
        }
    }

    /// A page in order, and one user more if there is one; backwards from a cursor that says so.
    pub(super) async fn page(
        &self,
        tx: &mut PgConnection,
        matches: &Matches,
        start: Option<&Start>,
    ) -> Result<Vec<Uuid>> {
        let (sources, share) = match matches {
            Matches::Many(Many { begun: true, share }) => match self.begun(*share) {
                Some(sources) => (sources, *share),
                // of all who match more is not known
                None => (self.search.sources(), Share::Large),
            },
            Matches::Many(Many { share, .. }) => (self.search.sources(), *share),
            Matches::Few(_) => (self.search.sources(), Share::Large),
        };
        let piece = Piece {
            way: Way::of(self.order, start),
            realms: &self.realms,
            start,
            sources: &sources,
            tried: match share {
                Share::Small => TRIED_OF_FEW,
                Share::Large => TRIED,
            },
            size: SIZE + 1,
        };
        match matches {
            Matches::Few(ids) => self.sorted(tx, ids, &piece).await,
            Matches::Many(_) if self.order.column == Column::Realm => {
                self.by_realms(tx, piece).await
            }
            Matches::Many(_) => self.of_many(tx, &piece).await,
        }
    }

    /// Those whose family name begins with the word and, apart from them, the others, where an index has the
    /// first ones in this order.
    fn begun(&self, share: Share) -> Option<Vec<Source>> {
        let sources = self.search.begun(share)?;
        let in_order = sources
            .first()
            .is_some_and(|source| source.is_in_order(self.order.column));
        in_order.then_some(sources)
    }

    /// One realm after the other, each by name: no index has them in this order.
    async fn by_realms(&self, tx: &mut PgConnection, whole: Piece<'_>) -> Result<Vec<Uuid>> {
        let mut realms = sqlx::query_scalar!(
            r#"select id from realm where id = any($1) order by lower(display_name) collate "C", id"#,
            whole.realms,
        )
        .fetch_all(&mut *tx)
        .await?;
        if whole.way == Way::Down {
            realms.reverse();
        }
        let first = whole
            .start
            .and_then(|start| realms.iter().position(|it| *it == start.realm));
        let mut page = Vec::new();
        for (at, realm) in realms.iter().enumerate().skip(first.unwrap_or(0)) {
            let piece = Piece {
                realms: &[*realm],
                start: whole.start.filter(|_| first == Some(at)),
                size: whole.size - page.len(),
                ..whole
            };
            page.extend(self.of_many(tx, &piece).await?);
            if page.len() == whole.size {
                break;
            }
        }
        Ok(page)
    }

    async fn of_many(&self, tx: &mut PgConnection, piece: &Piece<'_>) -> Result<Vec<Uuid>> {
        if self.stands_together(tx, piece).await? {
            return self.gathered(tx, piece).await;
        }
        let tried = self.tried(tx, piece).await?;
        if tried.len() == piece.size || !self.is_selective() {
            return Ok(tried);
        }
        self.gathered(tx, piece).await
    }

    /// Whether all sources have their users in this order, but for a few.
    async fn stands_together(&self, tx: &mut PgConnection, piece: &Piece<'_>) -> Result<bool> {
        for source in piece.sources {
            if !source.is_in_order(self.order.column) && source.is_large(tx).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Those of the first users in the order who match.
    async fn tried(&self, tx: &mut PgConnection, piece: &Piece<'_>) -> Result<Vec<Uuid>> {
        let sorting = Sorting::in_order(self.order.column);
        let tried = if self.is_selective() {
            piece.tried
        } else {
            piece.size
        };
        let mut query = QueryBuilder::new("select u.id from (select u.*");
        self.push_piece(&mut query, &sorting, piece);
        sorting.push_order(&mut query, piece.way);
        query
            .push(" limit ")
            .push_bind(number(tried))
            .push(") u where true");
        self.search.push_prefixes(&mut query);
        self.push_matching(&mut query);
        sorting.push_named_order(&mut query, piece.way);
        query.push(" limit ").push_bind(number(piece.size));
        Ok(query.build_query_scalar().fetch_all(tx).await?)
    }

    /// The first of all who match.
    async fn gathered(&self, tx: &mut PgConnection, piece: &Piece<'_>) -> Result<Vec<Uuid>> {
        let by = self.order.column;
        // materialized, for the planner must not walk through the order again
        let mut query = QueryBuilder::new("with found as materialized (");
        for (at, source) in piece.sources.iter().enumerate() {
            let in_order = source.is_in_order(by);
            let sorting = match in_order {
                true => Sorting::in_order(by),
                false => Sorting::of_many(by),
            };
            query.push(if at == 0 { "(" } else { " union (" });
            query.push("select u.id");
            self.push_piece(&mut query, &sorting, piece);
            source.push(&mut query, in_order);
            self.push_shown(&mut query);
            if !self.search.is_told_by(source) {
                self.search.push_words(&mut query, &self.phones_in);
            }
            if in_order {
                sorting.push_order(&mut query, piece.way);
                query.push(" limit ").push_bind(number(piece.size));
            }
            query.push(")");
        }
        query.push(") select id from found");
        Sorting::of_many(by).push_named_order(&mut query, piece.way);
        query.push(" limit ").push_bind(number(piece.size));
        let by_trigrams = piece.sources.contains(&Source::Everybody);
        if by_trigrams {
            self.search.by_trigrams(tx, true).await?;
        }
        let ids = query.build_query_scalar().fetch_all(&mut *tx).await?;
        if by_trigrams {
            self.search.by_trigrams(tx, false).await?;
        }
        Ok(ids)
    }

    /// The first of these.
    async fn sorted(
        &self,
        tx: &mut PgConnection,
        ids: &[Uuid],
        piece: &Piece<'_>,
    ) -> Result<Vec<Uuid>> {
        let sorting = Sorting::of_few(self.order.column);
        let mut query = QueryBuilder::new("select u.id from app_user u where u.id = any(");
        query.push_bind(ids.to_vec()).push(")");
        if let Some(start) = piece.start {
            sorting.push_start(&mut query, start, piece.way);
        }
        sorting.push_order(&mut query, piece.way);
        query.push(" limit ").push_bind(number(piece.size));
        Ok(query.build_query_scalar().fetch_all(tx).await?)
    }

    fn push_piece(&self, query: &mut QueryBuilder<Postgres>, sorting: &Sorting, piece: &Piece<'_>) {
        sorting.push_keys(query);
        query.push(format!(" from {} where ", sorting.from));
        self.push_within(query, piece.realms);
        if let Some(start) = piece.start {
            sorting.push_start(query, start, piece.way);
        }
    }
}

fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
