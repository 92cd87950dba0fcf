//! Recomputes `app_user.can_sign_in`, which the users list filters by and no deed trusts.

use crate::error::Result;
use crate::{Backend, tokens, users};
use domain::{Timestamp, UserId};
use sqlx::PgConnection;

/// Recomputes it for one user, in the transaction of what changed it; how many rows that changed.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<u64> {
    let known = users::read::load(tx, user, None, false).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    let update = sqlx::query!(
        "update app_user set can_sign_in = $2 where id = $1 and can_sign_in <> $2",
        user.0,
        domain::token::can_sign_in(&known, &tokens, now),
    )
    .execute(tx)
    .await?;
    Ok(update.rows_affected())
}

/// Recomputes it for the users whose answer the passing of time may have changed, and returns for how
/// many it had. A job; one user's failure does not stop the others.
pub async fn refresh_all(backend: &Backend, now: Timestamp) -> Result<u64> {
    let due = sqlx::query_scalar!(
        r#"select distinct a.user_id as "id!" from token_auth a
         join app_user u on u.id = a.user_id
         left join token_type t on t.id = a.type_id
         where a.disabled_until is not null or a.expires_at is not null or a.failures >= 50
            or t.obsolete_since is not null"#,
    )
    .fetch_all(&backend.db)
    .await?;
    let mut changed = 0;
    for user in due {
        let mut tx = backend.db.begin().await?;
        changed += refresh(&mut tx, UserId(user), now).await?;
        tx.commit().await?;
    }
    Ok(changed)
}
