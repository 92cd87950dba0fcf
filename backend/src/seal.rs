//! Secrets at rest: XChaCha20-Poly1305 under a key ring that lives outside the database.
//!
//! A sealed value is `key id length (1 byte), key id, nonce (24 bytes), ciphertext`. Its associated data
//! names table, column and row, so that a value copied to another row does not open.

mod key_file;
mod ring;

pub use key_file::{create, load};
pub use ring::{KeyRing, SealError, open};

use std::fmt;
use zeroize::Zeroizing;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// `token_auth.seed_sealed`
    TokenSeed(uuid::Uuid),
    /// `enrolment.seed_sealed`
    EnrolmentSeed(uuid::Uuid),
    /// `one_time_link.seed_sealed`
    LinkSeed(uuid::Uuid),
}

impl Place {
    fn associated_data(self) -> String {
        match self {
            Self::TokenSeed(id) => format!("token_auth.seed_sealed:{id}"),
            Self::EnrolmentSeed(id) => format!("enrolment.seed_sealed:{id}"),
            Self::LinkSeed(id) => format!("one_time_link.seed_sealed:{id}"),
        }
    }
}

/// The shared secret of a token. Cannot be printed, sent or compared.
pub struct Seed(Zeroizing<Vec<u8>>);

impl Seed {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for computing codes and for the one answer that shows them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
