//! Looking at a user's tokens.

use super::{Gone, history, replace, row};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::{Backend, users};
use domain::tab::{Detail, May, Tab};
use domain::{Action, Privilege, Serial, User, UserId, token};
use sqlx::PgConnection;
use uuid::Uuid;

/// A token where it was looked for, or where it is now.
pub enum Found {
    /// Under this user.
    Here(Box<Detail>),
    /// Under another user whom the caller may look at.
    Moved(UserId),
    /// Nowhere any more: this user held it, and it was deleted.
    Gone(Gone),
}

/// All that the Tokens tab shows.
pub async fn tab(backend: &Backend, caller: &Caller, user: UserId) -> Result<Tab> {
    let permit = backend.may(caller, Privilege::TokensView).await?;
    let mut db = backend.db.acquire().await?;
    let user = users::read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut tokens = row::of_user(&mut db, user.id).await?;
    token::sort(&mut tokens, caller.now);
    Ok(Tab {
        tokens,
        enrolments: row::waiting(&mut db, user.id, caller.now).await?,
        may: may(caller, &user),
        user,
    })
}

/// One token with its history.
pub async fn find(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
) -> Result<Found> {
    let permit = backend.may(caller, Privilege::TokensView).await?;
    let mut db = backend.db.acquire().await?;
    let user = users::read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut tokens = row::of_user(&mut db, user.id).await?;
    token::sort(&mut tokens, caller.now);
    let Some(token) = tokens.iter().find(|token| token.serial == *serial).cloned() else {
        return elsewhere(&mut db, user.id, serial, permit.realms()).await;
    };
    Ok(Found::Here(Box::new(Detail {
        is_last: token::is_last(&user, &tokens, token.id, caller.now),
        history: history::of(&mut db, user.id, serial).await?,
        next: replace::next(&mut db, (user.id, &tokens), &token, caller.now).await?,
        may: may(caller, &user),
        user,
        others: tokens
            .into_iter()
            .filter(|other| other.id != token.id && other.may_sign_in(caller.now))
            .collect(),
        token,
    })))
}

async fn elsewhere(
    db: &mut PgConnection,
    user: UserId,
    serial: &Serial,
    realms: &[Uuid],
) -> Result<Found> {
    let holder = sqlx::query_scalar!(
        r#"select user_id as "user_id!" from token
         where serial = $1 and user_id is not null and realm_id = any($2)"#,
        serial.as_str(),
        realms,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(holder) = holder {
        return Ok(Found::Moved(UserId(holder)));
    }
    let gone = history::gone(db, user, serial).await?;
    gone.map(Found::Gone).ok_or(Error::NotFound)
}

/// What may be done to this user's tokens. Of one's own there is nothing to do but look at them.
pub fn may(caller: &Caller, user: &User) -> May {
    let own = caller.actor.is(user.id);
    let holds = |action: &Action| {
        let mut privileges = action.privileges().iter();
        privileges.all(|it| caller.actor.holds(*it, user.realm))
            && (!own || *action == Action::View)
    };
    May {
        actions: Action::ALL.into_iter().filter(holds).collect(),
        enrol: caller.actor.holds(Privilege::TokensEnrol, user.realm) && !own,
        manage: caller.actor.holds(Privilege::UsersManage, user.realm) && !own,
    }
}
