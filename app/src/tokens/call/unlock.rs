//! Unlocking.

use leptos::prelude::*;

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{bad_line, parse_serial, parse_user},
    super::{not_done, switch::switched},
    crate::clock::Clock,
    crate::problem::Problem,
    crate::request::signed_in,
    backend::tokens::{self, Switched},
    domain::Reason,
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
    let mut problem = Problem::invalid();
    let reason = problem.take("reason", Reason::parse(&reason), bad_line);
    let reason = problem.or(reason)?.unwrap_or_default();
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
