//! The key ring, and the canaries that show that it is the right one.

use super::{Place, Seed};
use crate::random;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use domain::Timestamp;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// Why sealing or opening failed. Names key ids, never keys.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SealError {
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    Random,
    /// The key ring has no key of this id.
    #[error("the key ring has no key {0:?}, which values in the database are sealed with")]
    MissingKey(String),
    /// The key of this id is not the one that sealed the database.
    #[error("key {0:?} of the key ring is not the one that sealed this database")]
    WrongKey(String),
    /// The value was cut, changed, or copied from another row.
    #[error("a sealed value does not open at its place")]
    Tampered,
    /// The key file is unusable.
    #[error("{0}")]
    File(String),
}

/// Keys by their ids; new values are sealed with the current one.
pub struct KeyRing {
    current: String,
    keys: BTreeMap<String, Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("ids", &self.keys.keys())
            .finish_non_exhaustive()
    }
}

const NONCE: usize = 24;
const CANARY: &[u8] = b"tokendesk canary";

impl KeyRing {
    /// A ring; `current` must be among the keys.
    pub fn new(
        current: String,
        keys: BTreeMap<String, Zeroizing<[u8; 32]>>,
    ) -> Result<Self, SealError> {
        if keys.contains_key(&current) {
            Ok(Self { current, keys })
        } else {
            Err(SealError::MissingKey(current))
        }
    }

    /// A ring of one random key, for tests and first starts.
    pub fn generate() -> Result<Self, SealError> {
        let key = random::bytes::<32>().map_err(|_| SealError::Random)?;
        let id = "1".to_owned();
        Self::new(id.clone(), BTreeMap::from([(id, Zeroizing::new(key))]))
    }

    /// Ids and keys, for the key file.
    pub(super) fn parts(&self) -> (&str, &BTreeMap<String, Zeroizing<[u8; 32]>>) {
        (&self.current, &self.keys)
    }

    /// Seals a seed for one place.
    pub fn seal(&self, seed: &Seed, place: Place) -> Result<Vec<u8>, SealError> {
        self.seal_under(&self.current, seed.expose(), &place.associated_data())
    }

    /// Opens what was sealed for this place.
    pub fn unseal(&self, sealed: &[u8], place: Place) -> Result<Seed, SealError> {
        self.open_at(sealed, &place.associated_data())
            .map(Seed::new)
    }

    /// A digest that only holders of the ring can compute, of what may contain a code.
    pub fn digest(&self, what: &'static str, content: &[u8]) -> Vec<u8> {
        // the first key ever: rotation adds keys, and a digest lives for a day
        let (_, key) = self
            .keys
            .iter()
            .next()
            .unwrap_or_else(|| unreachable!("never empty"));
        let derived = blake3::derive_key(&format!("tokendesk 2026 digest of {what}"), &key[..]);
        blake3::keyed_hash(&derived, content).as_bytes().to_vec()
    }

    fn seal_under(&self, id: &str, plain: &[u8], data: &str) -> Result<Vec<u8>, SealError> {
        let key = self
            .keys
            .get(id)
            .ok_or_else(|| SealError::MissingKey(id.to_owned()))?;
        let nonce = random::bytes::<NONCE>().map_err(|_| SealError::Random)?;
        let payload = Payload {
            msg: plain,
            aad: data.as_bytes(),
        };
        let cipher = XChaCha20Poly1305::new((&**key).into());
        let ciphertext = cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SealError::Tampered)?;
        let length =
            u8::try_from(id.len()).map_err(|_| SealError::File("key id too long".into()))?;
        let mut sealed = vec![length];
        sealed.extend_from_slice(id.as_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    fn open_at(&self, sealed: &[u8], data: &str) -> Result<Vec<u8>, SealError> {
        let (length, rest) = sealed.split_first().ok_or(SealError::Tampered)?;
        let (id, rest) = rest
            .split_at_checked(usize::from(*length))
            .ok_or(SealError::Tampered)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(SealError::Tampered)?;
        let id = std::str::from_utf8(id).map_err(|_| SealError::Tampered)?;
        let key = self
            .keys
            .get(id)
            .ok_or_else(|| SealError::MissingKey(id.to_owned()))?;
        let payload = Payload {
            msg: ciphertext,
            aad: data.as_bytes(),
        };
        XChaCha20Poly1305::new((&**key).into())
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| SealError::Tampered)
    }
}

/// Checks the ring against the canaries of this database, and leaves a canary for each new key. Anything
/// but the right ring stops the start.
pub async fn open(db: &PgPool, ring: &KeyRing, now: Timestamp) -> crate::Result<()> {
    let known = compare(db, ring).await?;
    let mut others_were_first = false;
    for id in ring.keys.keys().filter(|id| !known.contains(id)) {
        let sealed = ring.seal_under(id, CANARY, &canary_data(id))?;
        let left = sqlx::query!(
            "insert into key_canary (key_id, sealed, created_at) values ($1, $2, $3)
             on conflict do nothing",
            id,
            sealed,
            crate::instant::column(now),
        )
        .execute(db)
        .await?;
        others_were_first |= left.rows_affected() == 0;
    }
    // two servers that start at once, each with a key file of its own: the first canary stands
    if others_were_first {
        compare(db, ring).await?;
    }
    Ok(())
}

/// The ids of the database's canaries, all of which this ring opens.
async fn compare(db: &PgPool, ring: &KeyRing) -> crate::Result<Vec<String>> {
    let canaries = sqlx::query!("select key_id, sealed from key_canary")
        .fetch_all(db)
        .await?;
    for canary in &canaries {
        if !ring.keys.contains_key(&canary.key_id) {
            return Err(SealError::MissingKey(canary.key_id.clone()).into());
        }
        let opened = ring.open_at(&canary.sealed, &canary_data(&canary.key_id));
        if opened.ok().as_deref() != Some(CANARY) {
            return Err(SealError::WrongKey(canary.key_id.clone()).into());
        }
    }
    Ok(canaries.into_iter().map(|canary| canary.key_id).collect())
}

fn canary_data(id: &str) -> String {
    format!("key_canary.sealed:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_seed_opens_only_at_its_place_and_only_whole() {
        let ring = KeyRing::generate().unwrap();
        let place = Place::TokenSeed(Uuid::from_u128(1));
        let sealed = ring
            .seal(&Seed::new(b"12345678901234567890".to_vec()), place)
            .unwrap();
        assert_eq!(
            ring.unseal(&sealed, place).unwrap().expose(),
            b"12345678901234567890"
        );
        let other = Place::TokenSeed(Uuid::from_u128(2));
        assert!(matches!(
            ring.unseal(&sealed, other),
            Err(SealError::Tampered)
        ));
        let column = Place::EnrolmentSeed(Uuid::from_u128(1));
        assert!(matches!(
            ring.unseal(&sealed, column),
            Err(SealError::Tampered)
        ));
        for cut in 0..sealed.len() {
            assert!(ring.unseal(&sealed[..cut], place).is_err(), "cut at {cut}");
        }
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(ring.unseal(&flipped, place).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn two_seals_of_one_seed_differ() {
        let ring = KeyRing::generate().unwrap();
        let place = Place::TokenSeed(Uuid::nil());
        let seal = || ring.seal(&Seed::new(vec![7; 20]), place).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn nothing_prints_a_key() {
        let ring = KeyRing::generate().unwrap();
        assert_eq!(format!("{ring:?}"), "KeyRing { ids: [\"1\"], .. }");
    }
}
