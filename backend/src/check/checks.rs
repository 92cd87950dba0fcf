//! The checks under way in this process: one at a time per user, a bounded number at once, and what
//! refused checks compute on instead of a seed.

use crate::error::{Error, Result};
use crate::seal::{KeyRing, Place, Seed};
use crate::turns::{Turn as UserTurn, Turns, WAIT};
use domain::UserId;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Connections that checks may hold at once, of each process.
const AT_ONCE: usize = 6;
/// Checks that may wait for their turn, of each process; of each user, [`crate::turns::WAITING`].
const WAITING: usize = 2_000;

/// Turns and decoys; one per process.
#[derive(Debug)]
pub struct Checks {
    users: Arc<Turns>,
    admitted: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    decoy: Seed,
    dummy: Vec<u8>,
}

/// The right to check this user now. The user's next check begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _one: UserTurn,
    _admitted: OwnedSemaphorePermit,
    _at_once: OwnedSemaphorePermit,
}

impl Checks {
    /// Makes the decoys with this ring.
    pub fn new(keys: &KeyRing) -> Self {
        let decoy = Seed::new(keys.digest("decoy seed", b"")[..20].to_vec());
        let dummy = keys.seal(&decoy, Place::TokenSeed(Uuid::nil()));
        Self {
            users: Arc::default(),
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

    /// Waits for this user's turn, so that one process holds one connection per user at most, and a burst
    /// at one user takes neither all connections nor the places in which the others wait.
    pub async fn turn(&self, user: UserId) -> Result<Turn> {
        let place = self.users.line_up(user)?;
        let Ok(admitted) = Arc::clone(&self.admitted).try_acquire_owned() else {
            return Err(Error::Overloaded("too many checks wait"));
        };
        let waiting = async {
            let one = place.turn().await;
            let at_once = Arc::clone(&self.at_once).acquire_owned().await;
            at_once.map(|at_once| (one, at_once))
        };
        match tokio::time::timeout(WAIT, waiting).await {
            Ok(Ok((one, at_once))) => Ok(Turn {
                _one: one,
                _admitted: admitted,
                _at_once: at_once,
            }),
            Ok(Err(_)) | Err(_) => Err(Error::Overloaded("the check waited too long")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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
        assert!(checks.users.is_empty());
    }
    #[tokio::test]
    async fn a_burst_at_one_user_leaves_the_places_of_the_others() {
        let checks = Arc::new(Checks::new(&KeyRing::generate().unwrap()));
        let [anna, ben] = [1, 2].map(|n| UserId(Uuid::from_u128(n)));
        let held = checks.turn(anna).await.unwrap();
        let burst: Vec<_> = (0..2 * WAITING)
            .map(|_| {
                let checks = Arc::clone(&checks);
                tokio::spawn(async move { checks.turn(anna).await })
            })
            .collect();
        while !burst.iter().any(tokio::task::JoinHandle::is_finished) {
            tokio::task::yield_now().await;
        }
        let other = checks.turn(ben).await;
        assert!(other.is_ok(), "{:?}", other.err());
        drop((held, other));
        let mut taken = 0;
        for asked in burst {
            match asked.await.unwrap() {
                Ok(_) => taken += 1,
                Err(Error::Overloaded(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert!((1..20).contains(&taken), "{taken}");
        assert!(checks.users.is_empty());
    }
}
