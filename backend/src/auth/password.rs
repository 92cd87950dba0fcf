//! Operators' passwords: argon2id, off the async threads and at most four at once, so that a flood of sign-ins
//! neither fills the memory nor stops the checks.

mod hash;

use crate::error::{Error, Result};
use crate::random;
use domain::password::{BadPassword, LONGEST, SHORTEST};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Hashes at once: 4 × 19 MiB.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// How long a sign-in waits for its turn before it is told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Sorted, lower case; see the head of the file for its origin.
static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.starts_with("# ")).collect()
});

/// A password as typed, in one Unicode spelling (NFKC). Cannot be printed, sent or compared.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// To be compared with a stored one: any text.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfkc().collect()))
    }

    /// To be stored: must obey the rules. What was typed is taken whole, blanks included.
    pub fn chosen(text: &str) -> std::result::Result<Self, BadPassword> {
        let password = Self::typed(text);
        match text.chars().count() {
            ..SHORTEST => Err(BadPassword::TooShort),
            count if count > LONGEST => Err(BadPassword::TooLong),
            _ if password.is_common() => Err(BadPassword::Common),
            _ => Ok(password),
        }
    }

    fn is_common(&self) -> bool {
        let lower = Zeroizing::new(self.0.to_lowercase());
        COMMON.binary_search(&lower.as_str()).is_ok()
    }

    /// A PHC string (`$argon2id$v=19$m=19456,t=2,p=1$…`) with a salt of its own.
    pub async fn hash(&self) -> Result<String> {
        let salt = random::bytes::<16>()?;
        let password = self.clone();
        at_leisure(Turn::wait().await?, move || {
            hash::phc(password.0.as_bytes(), &salt)
        })
        .await?
    }

    /// Whether it is the password behind `stored`. Without one it costs the same and is wrong, so that
    /// the time does not tell who exists.
    pub async fn is(&self, stored: Option<String>, turn: Turn) -> Result<bool> {
        let password = self.clone();
        at_leisure(turn, move || match stored {
            Some(stored) => hash::is(password.0.as_bytes(), &stored),
            None => {
                hash::phc(password.0.as_bytes(), &[0; 16])?;
                Ok(false)
            }
        })
        .await?
    }
}

/// The right to compute one hash now. Waited for before anything is written or a connection is held:
/// who does not get it has tried nothing.
pub struct Turn {
    _place: SemaphorePermit<'static>,
}

impl Turn {
    /// Waits for at most ten seconds; then `Overloaded`.
    pub async fn wait() -> Result<Self> {
        match tokio::time::timeout(LONGEST_WAIT, AT_ONCE.acquire()).await {
            Ok(Ok(place)) => Ok(Self { _place: place }),
            Ok(Err(_)) | Err(_) => Err(Error::Overloaded("password hashing")),
        }
    }
}

/// Runs slow work on a thread of its own. The turn ends with the work, also when the asker has hung up.
async fn at_leisure<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await
        .map_err(|_| Error::Overloaded("password hashing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_length_and_commonness_count() {
        let bad = |text: &str| Password::chosen(text).err();
        assert_eq!(bad("elevenchars"), Some(BadPassword::TooShort));
        assert_eq!(bad("twelve chars"), None);
        assert_eq!(bad(&"é".repeat(128)), None);
        assert_eq!(bad(&"é".repeat(129)), Some(BadPassword::TooLong));
        for common in ["1234567890qwerty", "1234567890QWERTY", "１234567890qwerty"] {
            assert_eq!(bad(common), Some(BadPassword::Common), "{common}");
        }
    }

    #[test]
    fn the_common_ones_are_many_and_sorted() {
        assert!(COMMON.len() >= 10_000);
        assert!(COMMON.is_sorted());
    }

    #[tokio::test]
    async fn a_password_is_itself_and_nothing_else() {
        let long = format!("{}x", "a".repeat(100));
        let hash = Password::typed(&long).hash().await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let is = async |text: &str, stored: Option<&String>| {
            let turn = Turn::wait().await.unwrap();
            let typed = Password::typed(text);
            typed.is(stored.cloned(), turn).await.unwrap()
        };
        assert!(is(&long, Some(&hash)).await);
        assert!(!is(&format!("{}y", "a".repeat(100)), Some(&hash)).await);
        assert!(!is(&long, None).await);
    }
}
