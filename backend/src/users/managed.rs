//! A user as somebody sees it who may manage users, and where such a user can be made.

use super::{list, read};
use crate::Backend;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::instant;
use domain::audit::Deed;
use domain::people::Managed;
use domain::token::Disabled;
use domain::{Privilege, RealmId, Timestamp, UserId};
use sqlx::PgConnection;

/// One user, to be edited, disabled or deleted.
pub async fn managed(backend: &Backend, caller: &Caller, user: UserId) -> Result<Managed> {
    let permit = backend
        .may_for(caller, Privilege::UsersManage, user)
        .await?;
    let mut db = backend.db.acquire().await?;
    let user = read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let row = sqlx::query!(
        r#"select u.version, u.disabled_by, u.disabled_reason,
             exists (select from operator o where o.user_id = u.id) as "is_operator!",
             (select count(*) from token t where t.user_id = u.id) as "tokens!"
         from app_user u where u.id = $1"#,
        user.id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Managed {
        version: row.version,
        contacts: caller.actor.holds(Privilege::ContactsView, user.realm),
        disabled: user.disabled_at.map(|at| Disabled {
            at,
            until: None,
            by: row.disabled_by.unwrap_or_default(),
            reason: row.disabled_reason.unwrap_or_default(),
        }),
        is_operator: row.is_operator,
        tokens: u32::try_from(row.tokens).unwrap_or(u32::MAX),
        user,
    })
}

/// The realms in which the caller may make users: id and display name.
pub async fn realms(backend: &Backend, caller: &Caller) -> Result<Vec<(RealmId, String)>> {
    let permit = backend.may(caller, Privilege::UsersManage).await?;
    let mut db = backend.db.acquire().await?;
    list::realms(&mut db, permit.realms()).await
}

/// Who disabled the user, where that is known.
pub(super) async fn disabled_by(db: &mut PgConnection, user: UserId) -> Result<Option<String>> {
    let by = sqlx::query_scalar!("select disabled_by from app_user where id = $1", user.0)
        .fetch_optional(db)
        .await?;
    Ok(by.flatten())
}

/// Who did this to the user last, and when, if anybody did.
pub(super) async fn last(
    db: &mut PgConnection,
    user: UserId,
    deed: Deed,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select actor_name, at from audit where user_id = $1 and action = $2 and result = 'done'
             and action <> 'token.verify'
         order by at desc, id desc limit 1",
        user.0,
        deed.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.actor_name, instant(row.at))))
}
