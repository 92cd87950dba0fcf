//! When each user last used a token, as it was last seen: the order of a list that is too long to be sorted.

use crate::Backend;
use crate::error::Result;
use crate::instant::column;
use domain::Timestamp;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use time::OffsetDateTime;
use uuid::Uuid;

/// Rows of the audit that are read at a time.
const PAGE: i64 = 5_000;
/// Users whose tokens are read at a time.
const BATCH: usize = 100;

/// Writes it down of those to whom something was done between these instants. Their tokens say when that was a
/// use, and whether one that was used is gone; the audit only says whose to look at.
pub(super) async fn see_since(backend: &Backend, since: Timestamp, now: Timestamp) -> Result<()> {
    let mut db = backend.db.acquire().await?;
    let mut after = (column(since), 0);
    while let Some((users, last)) = page(&mut db, after, column(now)).await? {
        after = last;
        for batch in users.chunks(BATCH) {
            see(&mut db, batch).await?;
        }
    }
    Ok(())
}

/// The users of the next rows of the audit, and where these end.
async fn page(
    db: &mut PgConnection,
    (at, id): (OffsetDateTime, i64),
    now: OffsetDateTime,
) -> Result<Option<(Vec<Uuid>, (OffsetDateTime, i64))>> {
    // the first condition says no more than the second one: it tells which months to read
    let rows = sqlx::query!(
        r#"select at, id, user_id as "user_id!" from audit
         where at >= $1 and (at, id) > ($1, $2) and at <= $3
             and result = 'done' and user_id is not null
         order by at, id limit $4"#,
        at,
        id,
        now,
        PAGE,
    )
    .fetch_all(db)
    .await?;
    let last = rows.last().map(|row| (row.at, row.id));
    let users: BTreeSet<Uuid> = rows.into_iter().map(|row| row.user_id).collect();
    Ok(last.map(|last| (users.into_iter().collect(), last)))
}

/// Writes it down of these users, where it has changed.
pub(crate) async fn see(db: &mut PgConnection, users: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "insert into last_use (user_id, at)
         select used.id, used.at from (
             select u.id, coalesce((select max(t.last_used_at) from token_auth t where t.user_id = u.id),
                 '-infinity') as at
             from app_user u where u.id = any($1)) as used
         left join last_use l on l.user_id = used.id
         where l.at is distinct from used.at
         on conflict (user_id) do update set at = excluded.at",
        users,
    )
    .execute(db)
    .await?;
    Ok(())
}
