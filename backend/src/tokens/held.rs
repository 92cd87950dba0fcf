//! The token that a deed is about, under its user's lock.

use super::{history, row};
use crate::change::{Change, LockedUser};
use crate::error::{Error, Result};
use domain::{Action, Serial, Timestamp, Token, User, UserId, action, token};

/// A user whose row is locked, with all tokens, and the one that a deed is about.
pub(super) struct Held {
    pub(super) locked: LockedUser,
    pub(super) user: User,
    pub(super) tokens: Vec<Token>,
    pub(super) token: Token,
}

impl Held {
    /// Locks the user and finds the token among the user's, of which the audit is told; `Deleted` when it
    /// was there and is gone.
    pub(super) async fn lock(
        change: &mut Change<'_>,
        user: UserId,
        serial: &Serial,
    ) -> Result<Self> {
        change.about.serial = Some(serial.as_str().to_owned());
        let locked = change.lock_user(user).await?;
        let user = crate::users::read::load(&mut change.tx, user, None, false).await?;
        let tokens = row::of_user(&mut change.tx, user.id).await?;
        let Some(token) = tokens.iter().find(|it| it.serial == *serial).cloned() else {
            let gone = history::gone(&mut change.tx, user.id, serial).await?;
            return Err(gone.map_or(Error::NotFound, |gone| Error::Deleted { by: gone.by }));
        };
        change.about.token = Some(token.id);
        change.about.object_name = Some(token.name());
        Ok(Self {
            locked,
            user,
            tokens,
            token,
        })
    }

    /// Fails unless the action is in the token's menu and not blocked.
    pub(super) fn offered(&self, action: Action, now: Timestamp) -> Result<()> {
        let offer = action::offer(action, &self.token, &self.user, now).ok_or(Error::NotFound)?;
        offer.blocked.map_or(Ok(()), |why| Err(Error::Blocked(why)))
    }

    /// Whether the user could not sign in without the token.
    pub(super) fn is_last(&self, now: Timestamp) -> bool {
        token::is_last(&self.user, &self.tokens, self.token.id, now)
    }
}
