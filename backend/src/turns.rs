//! One at a time per user, in the order of asking, and a bounded number who wait for the same user.

use crate::error::{Error, Result};
use domain::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// How many may wait for the same user.
pub const WAITING: usize = 16;
/// How long one waits at most.
pub const WAIT: Duration = Duration::from_secs(10);

/// Who has the turn and who waits, by user. Users whom nobody asks for take no memory.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<UserId, Arc<AsyncMutex<()>>>>);

/// A place in a user's line. Given up when it is dropped.
#[derive(Debug)]
pub struct Place {
    // dropped before the entry looks whether anybody is left
    one: Arc<AsyncMutex<()>>,
    entry: Entry,
}

/// The user's turn. The next one's begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _one: OwnedMutexGuard<()>,
    _entry: Entry,
}

#[derive(Debug)]
struct Entry {
    turns: Arc<Turns>,
    user: UserId,
}

impl Turns {
    /// A place in the user's line; `Overloaded` when enough others wait there.
    pub fn line_up(self: &Arc<Self>, user: UserId) -> Result<Place> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = users.entry(user).or_default();
        // this map's, the turn's, and one of each who waits
        if Arc::strong_count(one) > 1 + WAITING {
            return Err(Error::Overloaded("too many wait for the same user"));
        }
        Ok(Place {
            one: Arc::clone(one),
            entry: Entry {
                turns: Arc::clone(self),
                user,
            },
        })
    }

    /// Waits for the user's turn, not for ever.
    pub async fn turn(self: &Arc<Self>, user: UserId) -> Result<Turn> {
        let place = self.line_up(user)?;
        tokio::time::timeout(WAIT, place.turn())
            .await
            .map_err(|_| Error::Overloaded("the user's turn did not come"))
    }

    /// Drops the user's entry when nobody holds it.
    fn forget(&self, user: UserId) {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if users
            .get(&user)
            .is_some_and(|one| Arc::strong_count(one) == 1)
        {
            users.remove(&user);
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }
}

impl Place {
    /// Waits until everybody before has gone.
    pub async fn turn(self) -> Turn {
        let Self { one, entry } = self;
        Turn {
            _one: one.lock_owned().await,
            _entry: entry,
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.turns.forget(self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn one_user_has_one_turn_at_a_time_and_leaves_nothing_behind() {
        let turns = Arc::new(Turns::default());
        let [anna, ben] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let first = turns.turn(anna).await.unwrap();
        let other = turns.turn(ben).await.unwrap();
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, turns.turn(anna)).await.is_err());
        drop(first);
        let second = turns.turn(anna).await.unwrap();
        drop((second, other));
        assert!(turns.is_empty());
    }

    #[tokio::test]
    async fn so_many_stand_in_one_line_and_no_more() {
        let turns = Arc::new(Turns::default());
        let anna = UserId(Uuid::from_u128(1));
        let held = turns.turn(anna).await.unwrap();
        let line: Vec<_> = (0..WAITING).map(|_| turns.line_up(anna).unwrap()).collect();
        assert!(matches!(turns.line_up(anna), Err(Error::Overloaded(_))));
        drop((held, line));
        assert!(turns.is_empty());
    }
}
