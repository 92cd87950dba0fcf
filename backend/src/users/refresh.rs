//! Recomputes `app_user.can_sign_in`, which the users list filters by and no deed trusts.

use crate::error::Result;
use crate::instant::column;
use crate::{tokens, users};
use domain::{Timestamp, UserId};
use sqlx::PgConnection;

/// Recomputes it for one user, in the transaction of what changed it.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<()> {
    let known = users::read::load(tx, user, None, false).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    sqlx::query!(
        "update app_user set can_sign_in = $2, updated_at = $3
         where id = $1 and can_sign_in is distinct from $2",
        user.0,
        domain::token::can_sign_in(&known, &tokens, now),
        column(now),
    )
    .execute(tx)
    .await?;
    Ok(())
}
