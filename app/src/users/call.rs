//! The doormen of the pages about users: who asks, what they ask, pass it on.
#![expect(
    missing_docs,
    reason = "a server function's arguments become fields of a struct"
)]

mod manage;

pub use manage::{
    CreateUser, DeleteUser, DisableUser, EditUser, EnableUser, ManagedUser, UserRealms,
};

use domain::people::{Activity, List, Overview};
use leptos::prelude::*;

use crate::clock::Seen;
use crate::problem::Problem;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::paths,
    crate::reason,
    crate::request::signed_in,
    crate::switched,
    crate::ui::form::done,
    backend::users::{self, Query},
    domain::activity::{Events, Part, Period},
    domain::listing::{Order, Show},
    domain::{RealmId, Serial, Timestamp, UserId},
};

/// A page of the list. `realm` is an id, `show` and `order` are words of [`domain::listing`], `page` is a
/// cursor.
#[server(prefix = "/call", endpoint = "list-users", output = Wire)]
pub async fn list_users(
    #[server(default)] words: String,
    #[server(default)] realm: String,
    #[server(default)] show: String,
    #[server(default)] order: String,
    #[server(default)] page: String,
) -> Result<Seen<List>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let realm = match realm.as_str() {
        "" => None,
        id => Some(RealmId::parse(id).ok_or_else(Problem::not_found)?),
    };
    let query = Query {
        // Nobody types more; a longer text would only keep the database busy.
        words: words.chars().take(200).collect(),
        realm,
        show: Show::parse(&show),
        order: Order::parse(&order),
        cursor: Some(page).filter(|page| !page.is_empty()),
    };
    let it = users::list(&backend, &caller, &query).await?;
    Ok(Seen { clock, it })
}

/// One user at a glance.
#[server(prefix = "/call", endpoint = "user-overview", output = Wire)]
pub async fn user_overview(user: String) -> Result<Seen<Overview>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let it = users::overview(&backend, &caller, user).await?;
    Ok(Seen { clock, it })
}

/// What happened to one user. `period` and `events` are words of [`domain::activity`], `token` is a serial,
/// `before` is `{microseconds}-{number}`; each may be empty.
#[server(prefix = "/call", endpoint = "user-activity", output = Wire)]
pub async fn user_activity(
    user: String,
    #[server(default)] period: String,
    #[server(default)] events: String,
    #[server(default)] token: String,
    #[server(default)] before: String,
) -> Result<Seen<Activity>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let part = Part {
        period: Period::parse(&period),
        events: Events::parse(&events),
        // one that is no serial shows nothing, and never all that happened
        token: (!token.is_empty())
            .then(|| Serial::parse(&token).map_err(|_| Problem::not_found()))
            .transpose()?,
        before: before
            .split_once('-')
            .and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), id.parse().ok()?))),
    };
    let it = users::activity(&backend, &caller, user, &part).await?;
    Ok(Seen { clock, it })
}

/// Unlocks a user who waits or is locked.
#[server(prefix = "/call", endpoint = "unlock-user", output = Wire)]
pub async fn unlock_user(user: String, #[server(default)] reason: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let reason = reason::parse(&reason)?;
    let it = users::unlock(&backend, &caller, user, &reason).await?;
    let notice = switched::unlocked(it, "User unlocked", "User was unlocked already", &clock);
    done(paths::user(user), Some(notice))
}
