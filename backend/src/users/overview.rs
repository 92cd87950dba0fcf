//! One user at a glance: whether that person can sign in, what needs attention, what happened last.

use crate::auth::Caller;
use crate::error::Result;
use crate::users::{activity, read};
use crate::{Backend, tokens};
use domain::audit::Entry;
use domain::{Privilege, Token, User, UserId};
use serde::{Deserialize, Serialize};

/// Rows of recent activity.
const RECENT: usize = 5;

/// One user at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Who.
    pub user: User,
    /// In the order of the Tokens tab; empty without the privilege to see them.
    pub tokens: Vec<Token>,
    /// Whether the caller may look at tokens.
    pub sees_tokens: bool,
    /// Whether that person can sign in now, or after waiting.
    pub can_sign_in: bool,
    /// Newest first.
    pub recent: Vec<Entry>,
}

/// One user at a glance.
pub async fn overview(backend: &Backend, caller: &Caller, user: UserId) -> Result<Overview> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    let user = read::seen_by(&mut db, caller, user, permit.realms()).await?;
    let mut tokens = tokens::row::of_user(&mut db, user.id).await?;
    let recent = activity::of_user(&mut db, user.id, None, RECENT).await?;
    let can_sign_in = domain::token::can_sign_in(&user, &tokens, caller.now);
    let sees_tokens = caller.actor.holds(Privilege::TokensView, user.realm);
    if !sees_tokens {
        tokens.clear();
    }
    domain::token::sort(&mut tokens, caller.now);
    Ok(Overview {
        user,
        tokens,
        sees_tokens,
        can_sign_in,
        recent,
    })
}
