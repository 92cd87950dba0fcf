//! One user at a glance: whether that person can sign in, what needs attention, what happened last.

use crate::auth::Caller;
use crate::error::Result;
use crate::users::{activity, read};
use crate::{Backend, tokens};
use domain::activity::Part;
use domain::people::Overview;
use domain::{Privilege, UserId};

/// Rows of recent activity.
const RECENT: usize = 5;

/// One user at a glance.
pub async fn overview(backend: &Backend, caller: &Caller, user: UserId) -> Result<Overview> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    let user = read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut tokens = tokens::row::of_user(&mut db, user.id).await?;
    let recent = activity::of_user(&mut db, user.id, &Part::default(), caller.now, RECENT).await?;
    let no_sign_in = domain::token::no_sign_in(&user, &tokens, caller.now);
    domain::token::sort(&mut tokens, caller.now);
    let holds = |privilege| caller.actor.holds(privilege, user.realm);
    let may = tokens::may(caller, &user);
    let tokens = holds(Privilege::TokensView).then_some(tokens);
    Ok(Overview {
        user,
        tokens,
        may,
        no_sign_in,
        recent,
    })
}
