//! Chance, from the operating system only. A source that fails stops the deed; there is no default.

use crate::error::{Error, Result};
use crate::seal::SealError;
use domain::{Serial, Timestamp};
use uuid::Uuid;

/// `N` random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Seal(SealError::Random))?;
    Ok(bytes)
}

/// A UUIDv7 (RFC 9562 section 5.7) made at `now`.
pub fn id(now: Timestamp) -> Result<Uuid> {
    let millis = u64::try_from(now.0.div_euclid(1_000)).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes()?).into_uuid())
}

/// A serial of ours, each letter equally likely.
pub fn serial(prefix: &str) -> Result<Serial> {
    let mut letters = [0; 8];
    for letter in &mut letters {
        // 240 is the largest multiple of 30 below 256: beyond it some letters would be likelier
        *letter = loop {
            let [byte] = bytes::<1>()?;
            if byte < 240 {
                break byte;
            }
        };
    }
    Ok(Serial::ours(prefix, letters))
}

/// A secret for a cookie, a link or a key: 256 bits in hexadecimal.
pub fn secret() -> Result<String> {
    Ok(hex(&bytes::<32>()?))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What is stored of such a secret. Its 256 bits need no salt and no slow hash.
pub fn hash(secret: &str) -> Vec<u8> {
    blake3::hash(secret.as_bytes()).as_bytes().to_vec()
}
