//! What the audit knows of one token of a user.

use crate::audit::Kept;
use crate::error::Result;
use crate::instant::instant;
use domain::audit::{Deed, Entry};
use domain::{Serial, Timestamp, TokenId, UserId};
use sqlx::PgConnection;

/// Of a user's newest rows so many are looked through for a token's verifications.
const LATELY: i64 = 1_000;

/// The newest thirty rows of this serial under this user, its enrolment included; of verifications those
/// among the user's last thousand rows. Nobody waits while millions of guesses are gone through: how many of
/// them are looked through is a parameter, for a plan for any user counts with the few rows of most, and would
/// sort them all to find a thousand.
pub(super) async fn of(db: &mut PgConnection, user: UserId, serial: &Serial) -> Result<Vec<Entry>> {
    let rows = sqlx::query_as!(
        Kept,
        r#"with lately as (
             select * from audit where user_id = $1 order by at desc, id desc limit $3),
         deeds as (
             select * from audit where user_id = $1 and serial = $2 and action <> 'token.verify'
             order by at desc, id desc limit 30)
         select id as "id!", at as "at!", action as "action!", result as "result!",
             actor_name as "actor_name!", address, client_address, serial, object_name, reason, note
         from (select * from lately where serial = $2 union select * from deeds) as rows
         order by at desc, id desc limit 30"#,
        user.0,
        serial.as_str(),
        LATELY,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// A token that was here and is gone for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its name when it went.
    pub name: String,
    /// Whether the one that follows took its place.
    pub was_replaced: bool,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What the audit keeps of a token that this user held, if it was deleted.
pub(super) async fn gone(
    db: &mut PgConnection,
    user: UserId,
    serial: &Serial,
) -> Result<Option<Gone>> {
    let row = sqlx::query!(
        r#"select object_name, actor_name, at, action = $3 as "was_replaced!" from audit
         where user_id = $1 and serial = $2 and action in ($3, $4) and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1"#,
        user.0,
        serial.as_str(),
        Deed::ReplaceToken.as_str(),
        Deed::DeleteToken.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Gone {
        name: row.object_name.unwrap_or_default(),
        was_replaced: row.was_replaced,
        by: row.actor_name,
        at: instant(row.at),
    }))
}

/// Who last changed the token, and when: tests and checks are none of it.
pub(super) async fn last_change(
    db: &mut PgConnection,
    token: TokenId,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where token_id = $1 and action <> $2 and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1",
        token.0,
        Deed::TestToken.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}

/// Who did this to the token last, and when, if anybody did.
pub(super) async fn last(
    db: &mut PgConnection,
    token: TokenId,
    deed: Deed,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where token_id = $1 and action = $2 and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1",
        token.0,
        deed.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}
