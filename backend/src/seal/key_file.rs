//! The key file: TOML, key ids with 32-byte keys in hexadecimal, mode 0600.

use super::{KeyRing, SealError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use zeroize::Zeroizing;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    current: String,
    keys: BTreeMap<String, Zeroizing<String>>,
}

/// Reads the key file. Errors name the file and the key id, never a key.
pub fn load(path: &Path) -> Result<KeyRing, SealError> {
    let fail = |why: &str| SealError::File(format!("key file {}: {why}", path.display()));
    let mode = fs::metadata(path)
        .map_err(|e| fail(&e.to_string()))?
        .permissions()
        .mode()
        & 0o077;
    if mode != 0 {
        return Err(fail("others can read it; set its mode to 0600"));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(|e| fail(&e.to_string()))?);
    // toml's own message would quote the line, and with it the key
    let file: KeyFile =
        toml::from_str(&text).map_err(|_| fail("it is not `current` and `[keys]`"))?;
    let mut keys = BTreeMap::new();
    for (id, hex) in &file.keys {
        let key =
            decode(hex).ok_or_else(|| fail(&format!("key {id:?} is not 64 hexadecimal digits")))?;
        keys.insert(id.clone(), key);
    }
    KeyRing::new(file.current, keys)
}

/// Writes a new key file with one random key. Fails where there is a file already.
pub fn create(path: &Path) -> Result<KeyRing, SealError> {
    let fail = |e: &dyn std::fmt::Display| {
        SealError::File(format!("key file {} cannot be made: {e}", path.display()))
    };
    let ring = KeyRing::generate()?;
    let (current, keys) = ring.parts();
    let encoded = keys
        .iter()
        .map(|(id, key)| (id.clone(), Zeroizing::new(encode(key))));
    let file = KeyFile {
        current: current.to_owned(),
        keys: encoded.collect(),
    };
    let text = Zeroizing::new(toml::to_string(&file).map_err(|e| fail(&e))?);
    let mut options = fs::OpenOptions::new();
    let mut out = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| fail(&e))?;
    out.write_all(text.as_bytes())
        .and_then(|()| out.sync_all())
        .map_err(|e| fail(&e))?;
    Ok(ring)
}

fn encode(key: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*key).to_hex().to_string()
}

fn decode(hex: &str) -> Option<Zeroizing<[u8; 32]>> {
    blake3::Hash::from_hex(hex)
        .ok()
        .map(|hash| Zeroizing::new(*hash.as_bytes()))
}
