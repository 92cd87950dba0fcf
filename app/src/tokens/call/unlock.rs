//! Unlocking.

use leptos::prelude::*;

use crate::ui::form::FormResult;
#[cfg(feature = "ssr")]
use {
    super::{not_done, parse_serial, parse_user, switch::switched},
    crate::clock::Clock,
    crate::reason,
    crate::request::signed_in,
    backend::tokens::{self, Switched},
};

/// Unlocks a token.
#[server(prefix = "/call", endpoint = "unlock-token")]
pub async fn unlock_token(
    user: String,
    serial: String,
    #[server(default)] reason: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let reason = reason::parse(&reason)?;
    match tokens::unlock::unlock(&backend, &caller, user, &serial, &reason).await {
        Ok(done) => {
            let already = match &done {
                Switched::Already { by: None, .. } => "Nothing to unlock",
                Switched::Already { .. } | Switched::Done { .. } => "Token was unlocked already",
            };
            switched(user, done, "Token unlocked".to_owned(), already, &clock)
        }
        Err(error) => Err(not_done(error, &clock)),
    }
}
