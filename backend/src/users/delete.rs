//! Removing a user for good, with all that hangs on it, in one step.

use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::fold::username_key;
use crate::instant::column;
use crate::{Backend, tokens};
use domain::audit::Deed;
use domain::{Privilege, UserId};

/// Deletes the user whose username was typed. Soft tokens and enrolments go, hardware goes back to stock;
/// the audit keeps names and serials as text. An operator is [`Error::IsOperator`].
pub async fn delete(backend: &Backend, caller: &Caller, user: UserId, typed: &str) -> Result<()> {
    let permit = backend
        .may_for(caller, Privilege::UsersManage, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::DeleteUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(()) => return Ok(()),
    };
    let decided = decide(&mut change, user, typed).await;
    change.settle(decided).await
}

async fn decide(change: &mut Change<'_>, user: UserId, typed: &str) -> Result<Decided<()>> {
    let locked = change.lock_user(user).await?;
    if username_key(typed) != username_key(&locked.username) {
        return Err(Error::OtherName);
    }
    let is_operator = sqlx::query_scalar!(
        r#"select exists (select from operator where user_id = $1) as "is!""#,
        user.0,
    )
    .fetch_one(&mut *change.tx)
    .await?;
    if is_operator {
        return Err(Error::IsOperator);
    }
    let to_stock = to_stock(change, user).await?;
    // all others go with their seeds
    let deleted = tokens::delete::remove_all(change, &locked).await?;
    rows(change, user).await?;
    change.about.changes = Some(serde_json::json!({
        "tokens": [deleted, null],
        "to_stock": to_stock,
    }));
    Ok(Decided::Done(()))
}

/// Hardware stays the house's: nobody's again, with counter and drift as they are. Gives the serials.
async fn to_stock(change: &mut Change<'_>, user: UserId) -> Result<Vec<String>> {
    let serials = sqlx::query_scalar!(
        "update token n set user_id = null, description = '', pending_address = null,
             updated_at = $2, version = version + 1
         from token_auth t where t.token_id = n.id and n.user_id = $1 and t.kind = 'hardware'
         returning n.serial",
        user.0,
        column(change.caller.now),
    )
    .fetch_all(&mut *change.tx)
    .await?;
    sqlx::query!(
        "update token_auth set user_id = null, failures = 0, retry_at = null
         where user_id = $1 and kind = 'hardware'",
        user.0,
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(serials)
}

/// Contacts go with the row of names; the row that is locked goes last.
async fn rows(change: &mut Change<'_>, user: UserId) -> Result<()> {
    sqlx::query!("delete from app_user where id = $1", user.0)
        .execute(&mut *change.tx)
        .await?;
    sqlx::query!("delete from user_auth where user_id = $1", user.0)
        .execute(&mut *change.tx)
        .await?;
    Ok(())
}
