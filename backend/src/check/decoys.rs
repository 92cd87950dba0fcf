//! What refused checks compute on instead of a seed.

use crate::seal::{KeyRing, Place, Seed};
use uuid::Uuid;

/// A seed that is nobody's, and the same sealed.
#[derive(Debug)]
pub struct Decoys {
    seed: Seed,
    sealed: Vec<u8>,
}

impl Decoys {
    /// Makes them with this ring.
    pub fn new(keys: &KeyRing) -> Self {
        let seed = Seed::new(keys.digest("decoy seed", b"")[..20].to_vec());
        let sealed = keys.seal(&seed, Place::TokenSeed(Uuid::nil()));
        Self {
            seed,
            sealed: sealed.unwrap_or_default(),
        }
    }

    /// What is computed on where there is nothing to compare; no code of it is ever accepted.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// Opens a sealed value as a check of a known user would.
    pub fn unseal_dummy(&self, keys: &KeyRing) {
        let opened = keys.unseal(&self.sealed, Place::TokenSeed(Uuid::nil()));
        std::hint::black_box(opened.is_ok());
    }
}
