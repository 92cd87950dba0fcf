//! A user's tokens: looking at them, and every deed on them. One file per deed.

pub mod disable;
pub mod enable;
pub mod enrol;
mod history;
mod list;
pub(crate) mod row;
pub mod unlock;

pub(crate) use list::may;
pub use list::{Found, find, tab};

use crate::audit::Row;
use crate::change::{Change, LockedUser};
use crate::error::{Error, Result};
use domain::audit::{Deed, Outcome};
use domain::{Action, Serial, Status, Timestamp, Token, User, UserId, action};
use serde::{Deserialize, Serialize};

/// What came of switching a token off or on, or of unlocking it. That it was so already is no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switched {
    /// It was done.
    Done {
        /// The token's name.
        name: String,
    },
    /// It was so already.
    Already {
        /// The token's name.
        name: String,
        /// Who did it, where that is known.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
}

/// A user whose row is locked, with all tokens, and the one that a deed is about.
struct Held {
    locked: LockedUser,
    user: User,
    tokens: Vec<Token>,
    token: Token,
}

impl Held {
    /// Locks the user and finds the token among the user's.
    async fn lock(change: &mut Change<'_>, user: UserId, serial: &Serial) -> Result<Self> {
        let locked = change.lock_user(user).await?;
        let user = crate::users::read::load(&mut change.tx, user, None, false).await?;
        let tokens = row::of_user(&mut change.tx, user.id).await?;
        let token = tokens
            .iter()
            .find(|token| token.serial == *serial)
            .cloned()
            .ok_or(Error::NotFound)?;
        Ok(Self {
            locked,
            user,
            tokens,
            token,
        })
    }

    /// Fails unless the action is in the token's menu and not blocked.
    fn offered(&self, action: Action, now: Timestamp) -> Result<()> {
        let offer = action::offer(action, &self.token, &self.user, now).ok_or(Error::NotFound)?;
        offer.blocked.map_or(Ok(()), |why| Err(Error::Blocked(why)))
    }

    /// An audit row about the token.
    fn row(&self, deed: Deed) -> Row {
        Row {
            realm: Some(self.locked.realm),
            user: Some(self.locked.id),
            username: Some(self.locked.username.clone()),
            token: Some(self.token.id),
            serial: Some(self.token.serial.as_str().to_owned()),
            object_name: Some(self.token.name()),
            ..Row::new(deed, Outcome::Done)
        }
    }
}

/// Its status as a word of the audit's before and after.
fn status_word(token: &Token, now: Timestamp) -> &'static str {
    match token.status(now) {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Obsolete => "obsolete",
    }
}
