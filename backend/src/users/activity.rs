//! What happened to one user: that user's rows of the audit, newest first.

use crate::Backend;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use domain::audit::{Deed, Entry, Outcome};
use domain::{Privilege, Timestamp, UserId};

/// Rows of a page.
const SIZE: i64 = 50;

/// Rows of this user, older than `before` where it is given, and whether there are older ones still.
pub async fn activity(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    before: Option<(Timestamp, i64)>,
) -> Result<(Vec<Entry>, bool)> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
    let mut rows = sqlx::query!(
        "select a.id, a.at, a.action, a.result, a.actor_name, a.address, a.serial, a.object_name,
             a.reason, a.note
         from audit a join app_user u on u.id = a.user_id
         where a.user_id = $1 and u.realm_id = any($2) and (a.at, a.id) < ($3, $4)
         order by a.at desc, a.id desc limit $5",
        user.0,
        permit.realms(),
        column(at),
        id,
        SIZE + 1,
    )
    .fetch_all(&backend.db)
    .await?;
    let more = rows.len() > SIZE as usize;
    rows.truncate(SIZE as usize);
    let entries = rows.into_iter().map(|row| {
        let reason = row.reason.unwrap_or_default();
        Ok(Entry {
            id: row.id,
            at: instant(row.at),
            deed: Deed::parse(&row.action),
            outcome: Outcome::parse(&row.result).ok_or(Error::Stored("audit.result"))?,
            actor: row.actor_name,
            address: row.address.unwrap_or_default(),
            serial: row.serial.unwrap_or_default(),
            object: row.object_name.unwrap_or_default(),
            privilege: Privilege::parse(&reason),
            reason,
            note: row.note.unwrap_or_default(),
        })
    });
    Ok((entries.collect::<Result<_>>()?, more))
}
