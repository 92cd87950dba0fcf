//! Unlocking.

use leptos::prelude::*;

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::paths,
    crate::reason,
    crate::request::signed_in,
    crate::switched,
    crate::ui::form::done,
    backend::tokens,
};

/// Unlocks a token.
#[server(prefix = "/call", endpoint = "unlock-token", output = Wire)]
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
        Ok(it) => {
            let already = "Token was unlocked already";
            let notice = switched::unlocked(it, "Token unlocked", already, &clock);
            done(paths::tokens(user), Some(notice))
        }
        Err(error) => Err(not_done(error, &clock)),
    }
}
