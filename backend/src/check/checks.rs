//! The checks under way in this process: one at a time per user, a bounded number at once, and what
//! refused checks compute on instead of a seed.

use crate::error::{Error, Result};
use crate::seal::{KeyRing, Place, Seed};
use domain::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Connections that checks may hold at once, of each process.
const AT_ONCE: usize = 6;
/// Checks that may wait for their turn, of each process.
const WAITING: usize = 2_000;
/// How long one waits at most.
const WAIT: Duration = Duration::from_secs(10);

/// Turns and decoys; one per process.
#[derive(Debug)]
pub struct Checks {
    users: Mutex<HashMap<UserId, Arc<AsyncMutex<()>>>>,
    admitted: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    decoy: Seed,
    dummy: Vec<u8>,
}

/// The right to check this user now. The user's next check begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    checks: Arc<Checks>,
    user: UserId,
    one: Option<OwnedMutexGuard<()>>,
    _admitted: OwnedSemaphorePermit,
    _at_once: OwnedSemaphorePermit,
}

impl Checks {
    /// Makes the decoys with this ring.
    pub fn new(keys: &KeyRing) -> Self {
        let decoy = Seed::new(keys.digest("decoy seed", b"")[..20].to_vec());
        let dummy = keys.seal(&decoy, Place::TokenSeed(Uuid::nil()));
        Self {
            users: Mutex::default(),
            admitted: Arc::new(Semaphore::new(WAITING)),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            decoy,
            dummy: dummy.unwrap_or_default(),
        }
    }

    /// What is computed on where there is nothing to compare; no code of it is ever accepted.
    pub fn decoy(&self) -> &Seed {
        &self.decoy
    }

    /// Opens a sealed value as a check of a known user would.
    pub fn unseal_dummy(&self, keys: &KeyRing) {
        let opened = keys.unseal(&self.dummy, Place::TokenSeed(Uuid::nil()));
        std::hint::black_box(opened.is_ok());
    }

    /// Waits for this user's turn, so that one process holds one connection per user at most and a burst
    /// at one user cannot take all of them.
    pub async fn turn(self: &Arc<Self>, user: UserId) -> Result<Turn> {
        let full = Error::Overloaded("too many checks wait");
        let Ok(admitted) = Arc::clone(&self.admitted).try_acquire_owned() else {
            return Err(full);
        };
        let waiting = async {
            let one = self.of(user).lock_owned().await;
            let at_once = Arc::clone(&self.at_once).acquire_owned().await;
            at_once.map(|at_once| (one, at_once))
        };
        match tokio::time::timeout(WAIT, waiting).await {
            Ok(Ok((one, at_once))) => Ok(Turn {
                checks: Arc::clone(self),
                user,
                one: Some(one),
                _admitted: admitted,
                _at_once: at_once,
            }),
            Ok(Err(_)) | Err(_) => {
                self.forget(user);
                Err(Error::Overloaded("the check waited too long"))
            }
        }
    }

    fn of(&self, user: UserId) -> Arc<AsyncMutex<()>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(users.entry(user).or_default())
    }

    /// Drops the user's entry when nobody waits for it.
    fn forget(&self, user: UserId) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if users
            .get(&user)
            .is_some_and(|one| Arc::strong_count(one) == 1)
        {
            users.remove(&user);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.one.take());
        self.checks.forget(self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_user_has_one_turn_at_a_time_and_leaves_nothing_behind() {
        let checks = Arc::new(Checks::new(&KeyRing::generate().unwrap()));
        let [anna, ben] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let first = checks.turn(anna).await.unwrap();
        let other = checks.turn(ben).await.unwrap();
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, checks.turn(anna)).await.is_err());
        drop(first);
        let second = checks.turn(anna).await.unwrap();
        drop((second, other));
        assert!(checks.users.lock().unwrap().is_empty());
    }
}
