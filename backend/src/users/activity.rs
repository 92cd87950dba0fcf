//! What happened to one user: that user's rows of the audit, newest first.

use crate::audit::Kept;
use crate::auth::Caller;
use crate::error::Result;
use crate::instant::column;
use crate::users::read;
use crate::{Backend, tokens};
use domain::audit::Entry;
use domain::people::Activity;
use domain::{Privilege, Timestamp, UserId};
use sqlx::PgConnection;

/// Rows of a page.
const SIZE: usize = 50;

/// The newest rows about this user, or those before an instant and a number.
pub async fn activity(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    before: Option<(Timestamp, i64)>,
) -> Result<Activity> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    let user = read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut entries = of_user(&mut db, user.id, before, SIZE + 1).await?;
    let more = entries.len() > SIZE;
    entries.truncate(SIZE);
    let older = entries
        .last()
        .filter(|_| more)
        .map(|entry| (entry.at, entry.id));
    let holds = |privilege| caller.actor.holds(privilege, user.realm);
    let tokens = match holds(Privilege::TokensView) {
        true => Some(tokens::row::of_user(&mut db, user.id).await?),
        false => None,
    };
    let may = tokens::may(caller, &user);
    Ok(Activity {
        tokens,
        may,
        user,
        entries,
        older,
    })
}

/// That many rows. The caller has made sure that the user may be looked at.
pub(super) async fn of_user(
    db: &mut PgConnection,
    user: UserId,
    before: Option<(Timestamp, i64)>,
    limit: usize,
) -> Result<Vec<Entry>> {
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
    let rows = sqlx::query_as!(
        Kept,
        r#"select id, at, action, result, actor_name, address, client_address, serial, object_name, reason, note
         from audit where user_id = $1 and at <= $2 and (at, id) < ($2, $3)
         order by at desc, id desc limit $4"#,
        user.0,
        column(at),
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}
