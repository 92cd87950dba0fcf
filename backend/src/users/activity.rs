//! What happened to one user: that user's rows of the audit, newest first.

use crate::audit::Kept;
use crate::auth::Caller;
use crate::error::Result;
use crate::instant::column;
use crate::users::read;
use crate::{Backend, tokens};
use domain::activity::{Events, Part};
use domain::audit::Entry;
use domain::people::Activity;
use domain::{Privilege, Serial, Timestamp, UserId};
use sqlx::PgConnection;

/// Rows of a page.
const SIZE: usize = 50;

/// The newest rows about this user, of the part that is asked for.
pub async fn activity(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    part: &Part,
) -> Result<Activity> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    let user = read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut entries = of_user(&mut db, user.id, part, caller.now, SIZE + 1).await?;
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
    part: &Part,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Entry>> {
    let (at, id) = part.before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
    let (at, since) = (column(at), column(part.period.since(now)));
    let serial = part.token.as_ref().map(Serial::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // each a query of its own, for there are indexes of failures and of all but verifications
    let rows = match part.events {
        Events::All => {
            sqlx::query_as!(
                Kept,
                r#"select id, at, action, result, actor_name, address, client_address, serial, object_name, reason, note
                 from audit where user_id = $1 and at >= $2 and at <= $3 and (at, id) < ($3, $4)
                   and ($5::text is null or serial = $5)
                 order by at desc, id desc limit $6"#,
                user.0,
                since,
                at,
                id,
                serial,
                limit,
            )
            .fetch_all(db)
            .await?
        }
        Events::Failures => {
            sqlx::query_as!(
                Kept,
                r#"select id, at, action, result, actor_name, address, client_address, serial, object_name, reason, note
                 from audit where user_id = $1 and at >= $2 and at <= $3 and (at, id) < ($3, $4)
                   and ($5::text is null or serial = $5) and result <> 'done'
                 order by at desc, id desc limit $6"#,
                user.0,
                since,
                at,
                id,
                serial,
                limit,
            )
            .fetch_all(db)
            .await?
        }
        Events::Deeds => {
            sqlx::query_as!(
                Kept,
                r#"select id, at, action, result, actor_name, address, client_address, serial, object_name, reason, note
                 from audit where user_id = $1 and at >= $2 and at <= $3 and (at, id) < ($3, $4)
                   and ($5::text is null or serial = $5) and action <> 'token.verify'
                 order by at desc, id desc limit $6"#,
                user.0,
                since,
                at,
                id,
                serial,
                limit,
            )
            .fetch_all(db)
            .await?
        }
    };
    rows.into_iter().map(Entry::try_from).collect()
}
