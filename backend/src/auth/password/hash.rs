//! argon2id in memory that is used again. Freed at each sign-in, 19 MiB would stay with the allocator once for
//! each thread that ever computed a hash: more than a gigabyte after a hundred sign-ins at once.

use crate::error::{Error, Result};
use argon2::password_hash::{Output, ParamsString, PasswordHash, SaltString};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

/// Bytes of a hash.
const LENGTH: usize = 32;

/// What hashes were computed in. No more of them than there are turns.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// OWASP's first choice: 19 MiB, two passes.
fn params() -> Result<Params> {
    Params::new(19_456, 2, 1, Some(LENGTH)).map_err(|_| stored())
}

/// A PHC string (`$argon2id$v=19$m=19456,t=2,p=1$…`).
pub fn phc(password: &[u8], salt: &[u8; 16]) -> Result<String> {
    let (params, text) = (
        params()?,
        SaltString::encode_b64(salt).map_err(|_| stored())?,
    );
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|_| stored())?,
        salt: Some(text.as_salt()),
        hash: Some(Output::new(&raw(password, salt, params)?).map_err(|_| stored())?),
    };
    Ok(hash.to_string())
}

/// Whether it is the password behind a PHC string, by the parameters that the string names.
pub fn is(password: &[u8], phc: &str) -> Result<bool> {
    let hash = PasswordHash::new(phc).map_err(|_| stored())?;
    let ours = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    let (Some(salt), Some(right), true) = (hash.salt, hash.hash, ours) else {
        return Err(stored());
    };
    let mut bytes = [0; 64];
    let salt = salt.decode_b64(&mut bytes).map_err(|_| stored())?;
    let params = Params::try_from(&hash).map_err(|_| stored())?;
    let offered = raw(password, salt, params)?;
    Ok(right.as_bytes().ct_eq(&offered).into())
}

fn raw(password: &[u8], salt: &[u8], params: Params) -> Result<[u8; LENGTH]> {
    let mut memory = kept().pop().unwrap_or_default();
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; LENGTH];
    let computed = argon2.hash_password_into_with_memory(password, salt, &mut hash, &mut memory);
    // nothing of the password stays in it
    memory.iter_mut().zeroize();
    kept().push(memory);
    computed.map_err(|_| stored())?;
    Ok(hash)
}

fn kept() -> MutexGuard<'static, Vec<Vec<Block>>> {
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stored() -> Error {
    Error::Stored("password")
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    #[test]
    fn what_the_library_makes_by_itself_is_the_same_and_opens() {
        let (password, salt) = (b"correct horse battery", [7; 16]);
        let made = phc(password, &salt).unwrap();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params().unwrap());
        let text = SaltString::encode_b64(&salt).unwrap();
        let theirs = library.hash_password(password, &text).unwrap().to_string();
        assert_eq!(made, theirs);
        let parsed = PasswordHash::new(&made).unwrap();
        assert!(library.verify_password(password, &parsed).is_ok());
        assert!(is(password, &theirs).unwrap());
        assert!(!is(b"correct horse batterz", &theirs).unwrap());
    }

    #[test]
    fn other_parameters_are_obeyed_and_other_algorithms_refused() {
        let small = Params::new(64, 3, 1, Some(LENGTH)).unwrap();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, small);
        let text = SaltString::encode_b64(&[9; 16]).unwrap();
        let theirs = library.hash_password(b"short of memory", &text).unwrap();
        assert!(is(b"short of memory", &theirs.to_string()).unwrap());
        let other = theirs.to_string().replace("argon2id", "argon2i");
        assert!(is(b"short of memory", &other).is_err());
    }

    #[test]
    fn the_memory_is_used_again_and_holds_nothing() {
        for _ in 0..10 {
            phc(b"correct horse battery", &[7; 16]).unwrap();
        }
        let kept = kept();
        // the other tests of this process may have as many out as they are
        assert!(kept.len() <= 8, "{}", kept.len());
        let is_empty = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
        assert!(kept.iter().flatten().all(is_empty));
    }
}
