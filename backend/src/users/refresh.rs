//! Recomputes what is derived of a user: the search columns, and what the list filters and sorts by and no
//! deed trusts.

mod run;
mod who;

pub use run::{Run, refresh_all, refresh_since};

use crate::error::Result;
use crate::instant::column;
use crate::tokens;
use crate::users::{read, search};
use domain::{ContactKind, Status, Timestamp, Token, User, UserId};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(PartialEq, Eq)]
struct Derived {
    can_sign_in: bool,
    token_types: Vec<Uuid>,
    /// When the passing of time changes it next.
    until: Option<Timestamp>,
    search: String,
    phones: String,
}

fn derive<'a>(
    user: &'a User,
    numbers: impl IntoIterator<Item = &'a str>,
    tokens: &'a [Token],
    now: Timestamp,
) -> Derived {
    let names = [&user.given_name, &user.family_name, &user.username];
    let serials = tokens.iter().map(|token| token.serial.as_str());
    let switched_on = tokens
        .iter()
        .filter(|token| token.status(now) != Status::Disabled);
    let types: BTreeSet<Uuid> = switched_on.map(|token| token.token_type.id.0).collect();
    Derived {
        can_sign_in: domain::token::can_sign_in(user, tokens, now),
        token_types: types.into_iter().collect(),
        until: domain::token::derived_until(tokens, now),
        search: search::text(names.map(String::as_str), serials),
        phones: search::phones(numbers),
    }
}

/// Recomputes it for one user, in the transaction of what changed it. Writes only what differs.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<()> {
    let known = read::load(tx, user, None, true).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    let phones = known
        .contacts
        .iter()
        .filter(|contact| contact.kind == ContactKind::Phone);
    let numbers = phones.map(|phone| phone.value.as_str());
    let derived = derive(&known, numbers, &tokens, now);
    sqlx::query!(
        "update app_user set can_sign_in = $2, search = $3, phones = $4, token_types = $5,
             derived_until = $6
         where id = $1 and (can_sign_in, search, phones, token_types, derived_until)
             is distinct from ($2, $3, $4, $5, $6)",
        user.0,
        derived.can_sign_in,
        derived.search,
        derived.phones,
        &derived.token_types,
        derived.until.map(column),
    )
    .execute(tx)
    .await?;
    Ok(())
}
