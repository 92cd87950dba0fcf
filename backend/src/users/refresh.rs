//! Recomputes what the users list looks in and filters by: `app_user.search` and `can_sign_in`. No deed
//! trusts either.

use crate::error::Result;
use crate::users::{read, search};
use crate::{Backend, tokens};
use domain::{Timestamp, UserId};
use sqlx::PgConnection;

/// Recomputes both for one user, in the transaction of what changed them; how many rows that changed.
pub(crate) async fn refresh(tx: &mut PgConnection, user: UserId, now: Timestamp) -> Result<u64> {
    let known = read::load(tx, user, None, true).await?;
    let tokens = tokens::row::of_user(tx, user).await?;
    let names = [&known.given_name, &known.family_name, &known.username];
    let phones = known.contacts.iter().filter(|c| c.kind == domain::ContactKind::Phone);
    let text = search::text(
        names.map(String::as_str),
        tokens.iter().map(|token| token.serial.as_str()),
        phones.map(|contact| contact.value.as_str()),
    );
    let update = sqlx::query!(
        "update app_user set can_sign_in = $2, search = $3
         where id = $1 and (can_sign_in, search) is distinct from ($2, $3)",
        user.0,
        domain::token::can_sign_in(&known, &tokens, now),
        text,
    )
    .execute(tx)
    .await?;
    Ok(update.rows_affected())
}

/// Recomputes them for the users whose answer the passing of time may have changed, and returns for how
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
