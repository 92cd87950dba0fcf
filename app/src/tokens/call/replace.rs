//! Beginning to replace a token; its proof is that of every enrolment.

use leptos::prelude::*;

use super::super::kind::Typed;
use super::Made;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::enrol::{made, not_enrolled},
    super::{not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::paths,
    crate::request::signed_in,
    crate::ui::form::{Reply, done},
    backend::{Error, tokens},
    domain::Action,
};

/// Begins to enrol the type that follows, and shows its secret, once.
#[server(prefix = "/call", endpoint = "replace-token", output = Wire)]
pub async fn replace_token(
    user: String,
    serial: String,
    #[server(flatten)] typed: Typed,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let fields = typed.parse()?;
    match tokens::replace::start(&backend, &caller, user, &serial, &fields).await {
        Ok((started, Some(secret))) => Ok(Reply::Show(made(started, secret, caller.now))),
        // a repeat of the same request: the page shows what waits, without the secret
        Ok((_, None)) => done(paths::action(Action::Replace, user, &serial), None),
        Err(error @ (Error::Blocked(_) | Error::NotFound)) => Err(not_done(error, &clock)),
        Err(error) => Err(not_enrolled(error)),
    }
}
