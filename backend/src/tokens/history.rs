//! What the audit knows of one token of a user.

use crate::error::{Error, Result};
use crate::instant::instant;
use domain::audit::{Deed, Entry, Outcome};
use domain::{Privilege, Serial, Timestamp, TokenId, UserId};
use sqlx::PgConnection;

/// The newest thirty rows of this serial under this user, its enrolment included.
pub(super) async fn of(db: &mut PgConnection, user: UserId, serial: &Serial) -> Result<Vec<Entry>> {
    let rows = sqlx::query!(
        "select id, at, action, result, actor_name, address, object_name, reason, note
         from audit where user_id = $1 and serial = $2 order by at desc, id desc limit 30",
        user.0,
        serial.as_str(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let reason = row.reason.unwrap_or_default();
            Ok(Entry {
                id: row.id,
                at: instant(row.at),
                deed: Deed::parse(&row.action),
                outcome: Outcome::parse(&row.result).ok_or(Error::Stored("audit.result"))?,
                actor: row.actor_name,
                address: row.address.unwrap_or_default(),
                serial: serial.as_str().to_owned(),
                object: row.object_name.unwrap_or_default(),
                privilege: Privilege::parse(&reason),
                reason,
                note: row.note.unwrap_or_default(),
            })
        })
        .collect()
}

/// Who last enabled the token, and when, if anybody did.
pub(super) async fn last_enabled(
    db: &mut PgConnection,
    token: TokenId,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where token_id = $1 and action = $2 and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1",
        token.0,
        Deed::EnableToken.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}
