//! A database's address, which may hold a password.

use std::{fmt, str::FromStr};

/// A database's address. It shows itself to nobody but [`SecretUrl::expose`].
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The address with its password, for the driver only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        match scheme {
            Some("postgres" | "postgresql") => Ok(Self(text.to_owned())),
            _ => Err("must begin with postgres://"),
        }
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(..)")
    }
}
