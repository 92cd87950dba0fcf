//! Recomputes what is derived of a user: the search columns, and `can_sign_in`, which the list filters
//! by and no deed trusts.

use crate::error::Result;
use crate::users::{read, search};
use crate::{Backend, tokens};
use domain::{ContactKind, Timestamp, UserId};
use sqlx::PgConnection;

/// Users whose turn it is at a time, in a transaction of their own.
const BATCH: i64 = 500;

/// Recomputes it for one user, in the transaction of what changed it. Writes only what differs.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<()> {
    let known = read::load(tx, user, None, true).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    let phones = known
        .contacts
        .iter()
        .filter(|contact| contact.kind == ContactKind::Phone);
    let names = [&known.given_name, &known.family_name, &known.username];
    let text = search::text(
        names.map(String::as_str),
        tokens.iter().map(|token| token.serial.as_str()),
    );
    sqlx::query!(
        "update app_user set can_sign_in = $2, search = $3, phones = $4
         where id = $1 and (can_sign_in, search, phones) is distinct from ($2, $3, $4)",
        user.0,
        domain::token::can_sign_in(&known, &tokens, now),
        text,
        search::phones(phones.map(|phone| phone.value.as_str())),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Recomputes it for everybody: tokens expire and graces end without a deed. Returns how many users
/// were looked at.
pub async fn refresh_all(backend: &Backend, now: Timestamp) -> Result<u64> {
    let mut looked_at = 0;
    let mut after = uuid::Uuid::nil();
    loop {
        let mut tx = backend.db.begin().await?;
        let ids = sqlx::query_scalar!(
            "select user_id from user_auth
             where user_id in (select id from app_user where id > $1 order by id limit $2)
             order by user_id for no key update",
            after,
            BATCH,
        )
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = ids.last() else {
            return Ok(looked_at);
        };
        after = *last;
        for id in ids {
            refresh(&mut tx, UserId(id), now).await?;
            looked_at += 1;
        }
        tx.commit().await?;
    }
}
