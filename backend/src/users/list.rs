//! Finding users: the list with its search, filters and pages cut by keys.

use crate::auth::Caller;
use crate::error::Result;
use crate::fold::{digits, username_key, words};
use crate::{Backend, tokens};
use domain::page::{Count, Page};
use domain::{Hint, Privilege, RealmId, Status, Timestamp, Token, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Rows of a page.
const SIZE: i64 = 50;
/// Counts are exact up to here.
const COUNTED: i64 = 1_001;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As typed: all words must occur.
    pub words: String,
    /// Only this realm.
    pub realm: Option<RealmId>,
    /// Only users who cannot sign in.
    pub cannot_sign_in: bool,
    /// A cursor of an earlier page; one that is not ours starts at the beginning.
    pub cursor: Option<String>,
}

/// A page of users, and the realms to choose from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct List {
    /// The users.
    pub page: Page<UserRow>,
    /// Realms that the operator may look at.
    pub realms: Vec<(RealmId, String)>,
}

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// For people.
    pub name: String,
    /// As written.
    pub username: String,
    /// The realm's display name.
    pub realm_name: String,
    /// Or empty.
    pub department: String,
    /// In the order of the Tokens tab.
    pub tokens: Vec<TokenChip>,
    /// Of all tokens, the latest.
    pub last_used_at: Option<Timestamp>,
}

/// A token in the list of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenChip {
    /// Its type's name.
    pub name: String,
    /// Its type's icon.
    pub icon: String,
    /// Its status.
    pub status: Status,
    /// Whether it is locked.
    pub locked: bool,
}

/// Users within the permit's realms, by name.
pub async fn list(backend: &Backend, caller: &Caller, query: &Query) -> Result<List> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    let realms = sqlx::query!(
        "select id, display_name from realm where id = any($1) order by display_name",
        permit.realms(),
    )
    .fetch_all(&mut *db)
    .await?;
    let within: Vec<Uuid> = permit
        .realms()
        .iter()
        .copied()
        .filter(|realm| query.realm.is_none_or(|wanted| wanted.0 == *realm))
        .collect();
    let find = Find::new(query, within);
    let page = find.page(&mut db, caller.now).await?;
    let realms = realms
        .into_iter()
        .map(|row| (RealmId(row.id), row.display_name))
        .collect();
    Ok(List { page, realms })
}

/// The same search as patterns for SQL.
struct Find {
    realms: Vec<Uuid>,
    contained: Vec<String>,
    prefixes: Vec<String>,
    cannot_sign_in: bool,
    cursor: Option<Cursor>,
}

/// Before or after which row a page begins.
struct Cursor {
    backward: bool,
    sort_name: String,
    id: Uuid,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let (direction, rest) = text.split_at_checked(1)?;
        let (id, sort_name) = rest.split_at_checked(36)?;
        let backward = match direction {
            "<" => true,
            ">" => false,
            _ => return None,
        };
        let printable = !sort_name.contains('\0');
        let id = Uuid::try_parse(id).ok().filter(|_| printable)?;
        Some(Self {
            backward,
            sort_name: sort_name.to_owned(),
            id,
        })
    }

    fn write(direction: char, row: &Row) -> String {
        format!("{direction}{}{}", row.id.hyphenated(), row.sort_name)
    }
}

struct Row {
    id: Uuid,
    sort_name: String,
    username: String,
    given_name: String,
    family_name: String,
    department: String,
    realm_name: String,
}

impl Find {
    fn new(query: &Query, realms: Vec<Uuid>) -> Self {
        let (mut contained, mut prefixes) = (Vec::new(), Vec::new());
        // NUL is in no text of the database, and the database refuses it
        let typed = query.words.replace('\0', " ");
        if is_number(&typed) {
            contained.push(format!("%{}%", escaped(&digits(&typed))));
        } else {
            for word in typed.split_whitespace() {
                if word.chars().count() < 3 {
                    prefixes.push(format!("{}%", escaped(&username_key(word))));
                    // names are sorted folded; a name with a mark begins with its bare letter
                } else {
                    contained.push(format!("%{}%", escaped(&words(word))));
                }
            }
        }
        let cursor = query.cursor.as_deref().and_then(Cursor::parse);
        Self {
            realms,
            contained,
            prefixes,
            cannot_sign_in: query.cannot_sign_in,
            cursor,
        }
    }

    async fn page(&self, db: &mut PgConnection, now: Timestamp) -> Result<Page<UserRow>> {
        let count = self.count(db).await?;
        let backward = self.cursor.as_ref().is_some_and(|cursor| cursor.backward);
        let mut rows = if backward {
            self.before(db).await?
        } else {
            self.after(db).await?
        };
        let more = rows.len() > SIZE as usize;
        rows.truncate(SIZE as usize);
        if backward {
            rows.reverse();
        }
        let (has_previous, has_next) = if backward {
            (more, true)
        } else {
            (self.cursor.is_some(), more)
        };
        let end = |wanted: bool, direction, row: Option<&Row>| {
            row.filter(|_| wanted)
                .map(|row| Cursor::write(direction, row))
        };
        let previous = end(has_previous, '<', rows.first());
        let next = end(has_next, '>', rows.last());
        let mut users = Vec::with_capacity(rows.len());
        for row in rows {
            users.push(with_tokens(db, row, now).await?);
        }
        Ok(Page {
            rows: users,
            count,
            previous,
            next,
        })
    }

    async fn count(&self, db: &mut PgConnection) -> Result<Count> {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from (
                 select from app_user u join user_auth a on a.user_id = u.id
                 where u.realm_id = any($1) and u.search like all($2)
                   and not exists (select from unnest($3::text[]) as p
                     where not (a.username_key like p or u.sort_name like p))
                   and (not $4 or not u.can_sign_in)
                 limit $5) as found"#,
            &self.realms,
            &self.contained,
            &self.prefixes,
            self.cannot_sign_in,
            COUNTED,
        );
        Ok(Count::capped(count.fetch_one(db).await?))
    }

    async fn after(&self, db: &mut PgConnection) -> Result<Vec<Row>> {
        let (sort_name, id) = self.from();
        let rows = sqlx::query_as!(
            Row,
            "select u.id, u.sort_name, u.username, u.given_name, u.family_name, u.department,
                 r.display_name as realm_name
             from app_user u join user_auth a on a.user_id = u.id join realm r on r.id = u.realm_id
             where u.realm_id = any($1) and u.search like all($2)
               and not exists (select from unnest($3::text[]) as p
                 where not (a.username_key like p or u.sort_name like p))
               and (not $4 or not u.can_sign_in) and (u.sort_name, u.id) > ($5, $6)
             order by u.sort_name, u.id limit $7",
            &self.realms,
            &self.contained,
            &self.prefixes,
            self.cannot_sign_in,
            sort_name,
            id,
            SIZE + 1,
        );
        Ok(rows.fetch_all(db).await?)
    }

    async fn before(&self, db: &mut PgConnection) -> Result<Vec<Row>> {
        let (sort_name, id) = self.from();
        let rows = sqlx::query_as!(
            Row,
            "select u.id, u.sort_name, u.username, u.given_name, u.family_name, u.department,
                 r.display_name as realm_name
             from app_user u join user_auth a on a.user_id = u.id join realm r on r.id = u.realm_id
             where u.realm_id = any($1) and u.search like all($2)
               and not exists (select from unnest($3::text[]) as p
                 where not (a.username_key like p or u.sort_name like p))
               and (not $4 or not u.can_sign_in) and (u.sort_name, u.id) < ($5, $6)
             order by u.sort_name desc, u.id desc limit $7",
            &self.realms,
            &self.contained,
            &self.prefixes,
            self.cannot_sign_in,
            sort_name,
            id,
            SIZE + 1,
        );
        Ok(rows.fetch_all(db).await?)
    }

    fn from(&self) -> (&str, Uuid) {
        let start = ("", Uuid::nil());
        self.cursor
            .as_ref()
            .map_or(start, |cursor| (cursor.sort_name.as_str(), cursor.id))
    }
}

async fn with_tokens(db: &mut PgConnection, row: Row, now: Timestamp) -> Result<UserRow> {
    let mut held = tokens::row::of_user(db, UserId(row.id)).await?;
    domain::token::sort(&mut held, now);
    let name = format!("{} {}", row.given_name, row.family_name);
    let name = name.trim();
    Ok(UserRow {
        id: UserId(row.id),
        name: if name.is_empty() {
            row.username.clone()
        } else {
            name.to_owned()
        },
        username: row.username,
        realm_name: row.realm_name,
        department: row.department,
        last_used_at: held.iter().filter_map(|token| token.last_used_at).max(),
        tokens: held.iter().map(|token| chip(token, now)).collect(),
    })
}

fn chip(token: &Token, now: Timestamp) -> TokenChip {
    TokenChip {
        name: token.token_type.name.clone(),
        icon: token.token_type.icon.clone(),
        status: token.status(now),
        locked: token.hints(now).contains(&Hint::Locked),
    }
}

fn is_number(typed: &str) -> bool {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    digits >= 3
        && typed
            .chars()
            .all(|c| c.is_ascii_digit() || " +-()/.".contains(c))
}

/// `%` and `_` are letters.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
