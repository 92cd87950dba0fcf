//! The list of users: search, filters, and pages cut by keys.

use super::cursor::{Cursor, Side};
use super::search::Search;
use super::wanted::{Found, Wanted};
use crate::auth::Caller;
use crate::error::Result;
use crate::{Backend, tokens};
use domain::listing::{Order, Show};
use domain::page::{Count, Page};
use domain::people::{List, Mark, TokenChip, UserRow};
use domain::{Privilege, RealmId, Timestamp, TryState, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Rows of a page.
pub(super) const SIZE: usize = 50;

/// Where an exact count ends, and beyond which matches are so many that walking the list in its order
/// finds a page of them at once.
pub(super) const MANY: i64 = 1_000;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As typed.
    pub words: String,
    /// Only this realm.
    pub realm: Option<RealmId>,
    /// Only these users.
    pub show: Show,
    /// The order of the pages.
    pub order: Order,
    /// From a [`Page`]; the first page without one, or with one that nobody can read.
    pub cursor: Option<String>,
}

/// A page of the users whom the caller may look at.
pub async fn list(backend: &Backend, caller: &Caller, query: &Query) -> Result<List> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let realms_wanted: Vec<Uuid> = permit
        .realms()
        .iter()
        .copied()
        .filter(|realm| query.realm.is_none_or(|wanted| wanted.0 == *realm))
        .collect();
    let sees_phones = |realm: &Uuid| caller.actor.holds(Privilege::ContactsView, RealmId(*realm));
    let wanted = Wanted {
        // NUL is in no text of the database, and the database refuses it
        search: Search::parse(&query.words.replace('\0', " ")),
        phones_in: realms_wanted.iter().copied().filter(sees_phones).collect(),
        realms: realms_wanted,
        show: query.show,
        order: query.order,
        now: caller.now,
    };
    let mut tx = backend.db.begin().await?;
    let cursor = match query.cursor.as_deref().and_then(Cursor::parse) {
        Some(cursor) => {
            cursor
                .find(&mut tx, query.order.column, permit.realms())
                .await?
        }
        None => None,
    };
    let matches = wanted.matches(&mut tx).await?;
    let count = i64::try_from(matches.len()).unwrap_or(i64::MAX);
    let ids = (count <= MANY).then_some(matches);
    let mut rows = wanted
        .rows(&mut tx, ids.as_deref(), cursor.as_ref())
        .await?;
    let more = rows.len() > SIZE;
    rows.truncate(SIZE);
    let backwards = matches!(&cursor, Some(start) if start.side == Side::Before);
    if backwards {
        rows.reverse();
    }
    let key = |row: &Found, side| Cursor { side, id: row.id }.to_string();
    let (has_previous, has_next) = if backwards {
        (more, true)
    } else {
        (cursor.is_some(), more)
    };
    let previous = rows
        .first()
        .filter(|_| has_previous)
        .map(|row| key(row, Side::Before));
    let next = rows
        .last()
        .filter(|_| has_next)
        .map(|row| key(row, Side::After));
    let rows = with_tokens(&mut tx, rows, caller).await?;
    let page = Page {
        rows,
        count: Count::capped(count),
        previous,
        next,
    };
    Ok(List {
        page,
        may_add: caller.actor.holds_anywhere(Privilege::UsersManage),
        realms: realms(&mut tx, permit.realms()).await?,
    })
}

async fn with_tokens(
    tx: &mut PgConnection,
    found: Vec<Found>,
    caller: &Caller,
) -> Result<Vec<UserRow>> {
    let now = caller.now;
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let mut held: HashMap<UserId, Vec<domain::Token>> = HashMap::new();
    for (user, token) in tokens::row::of_users(tx, &ids).await? {
        held.entry(user).or_default().push(token);
    }
    let row = |row: Found| {
        let mut tokens = held.remove(&UserId(row.id)).unwrap_or_default();
        domain::token::sort(&mut tokens, now);
        let name = format!("{} {}", row.given_name, row.family_name);
        UserRow {
            id: UserId(row.id),
            name: if name.trim().is_empty() {
                row.username.clone()
            } else {
                name.trim().into()
            },
            username: row.username,
            realm_name: row.realm_name,
            department: row.department,
            last_used_at: tokens.iter().filter_map(|token| token.last_used_at).max(),
            tokens: caller
                .actor
                .holds(Privilege::TokensView, RealmId(row.realm_id))
                .then(|| tokens.iter().map(|token| chip(token, now)).collect()),
        }
    };
    Ok(found.into_iter().map(row).collect())
}

fn chip(token: &domain::Token, now: Timestamp) -> TokenChip {
    let mark = match token.status(now) {
        _ if token.try_state(now) == TryState::Locked => Some(Mark::Locked),
        domain::Status::Disabled => Some(Mark::Disabled),
        domain::Status::Obsolete => Some(Mark::Obsolete),
        domain::Status::Active => token.is_expired(now).then_some(Mark::Expired),
    };
    TokenChip {
        name: token.token_type.name.clone(),
        icon: token.token_type.icon.clone(),
        mark,
    }
}

pub(super) async fn realms(db: &mut PgConnection, of: &[Uuid]) -> Result<Vec<(RealmId, String)>> {
    let rows = sqlx::query!(
        "select id, display_name from realm where id = any($1) order by display_name, id",
        of,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (RealmId(row.id), row.display_name))
        .collect())
}
