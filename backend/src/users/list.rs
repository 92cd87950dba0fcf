//! The list of users: search, filters, and pages cut by keys.

use super::cursor::{Cursor, Side};
use super::search::Search;
use super::wanted::Wanted;
use crate::auth::Caller;
use crate::error::Result;
use crate::{Backend, token_types, tokens};
use domain::listing::{Order, Show};
use domain::page::Page;
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
    let mut tx = backend.db.begin().await?;
    plan_for_these_values(&mut tx).await?;
    let wanted = Wanted {
        // NUL is in no text of the database, and the database refuses it
        search: Search::parse(&query.words.replace('\0', " ")),
        phones_in: realms_wanted.iter().copied().filter(sees_phones).collect(),
        realms: realms_wanted,
        obsolete: match query.show {
            Show::Obsolete => token_types::obsolete(&mut tx, caller.now).await?,
            Show::All | Show::CannotSignIn | Show::WaitingOrLocked => Vec::new(),
        },
        show: query.show,
        order: query.order,
        now: caller.now,
    };
    let matches = wanted.matches(&mut tx).await?;
    let start = match query.cursor.as_deref().and_then(Cursor::parse) {
        Some(cursor) => {
            let sorting = wanted.sorting(&matches);
            cursor.find(&mut tx, &sorting, permit.realms()).await?
        }
        None => None,
    };
    let mut ids = wanted.page(&mut tx, &matches, start.as_ref()).await?;
    let more = ids.len() > SIZE;
    ids.truncate(SIZE);
    let backwards = matches!(&start, Some(start) if start.side == Side::Before);
    if backwards {
        ids.reverse();
    }
    let (has_previous, has_next) = if backwards {
        (more, true)
    } else {
        (start.is_some(), more)
    };
    let key = |id: Option<&Uuid>, side| id.map(|id| Cursor { side, id: *id }.to_string());
    let rows = found(&mut tx, &ids).await?;
    let page = Page {
        rows: with_tokens(&mut tx, rows, caller).await?,
        count: matches.count(),
        previous: key(ids.first().filter(|_| has_previous), Side::Before),
        next: key(ids.last().filter(|_| has_next), Side::After),
    };
    Ok(List {
        page,
        may_add: caller.actor.holds_anywhere(Privilege::UsersManage),
        realms: realms(&mut tx, permit.realms()).await?,
    })
}

/// Plans that suit many values would be the wrong ones for some: a word may be rare or everybody's. And what
/// a list needs lies in memory, where a page at random costs little more than the next one.
async fn plan_for_these_values(tx: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "select set_config('plan_cache_mode', 'force_custom_plan', true) as plans,
             set_config('enable_seqscan', 'off', true) as scans,
             set_config('random_page_cost', '1.1', true) as cost"
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}

/// A row of the list, without its tokens.
struct Found {
    id: Uuid,
    username: String,
    given_name: String,
    family_name: String,
    department: String,
    realm_id: Uuid,
    realm_name: String,
}

/// These users, in this order.
async fn found(tx: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Found>> {
    let rows = sqlx::query_as!(
        Found,
        "select u.id, u.username, u.given_name, u.family_name, u.department, u.realm_id,
             r.display_name as realm_name
         from app_user u join realm r on r.id = u.realm_id
         where u.id = any($1) order by array_position($1, u.id)",
        ids,
    );
    Ok(rows.fetch_all(tx).await?)
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
