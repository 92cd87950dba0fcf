//! Beginning to replace a token; its proof is that of every enrolment.

use leptos::prelude::*;

use super::Made;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::enrol::{made, not_enrolled},
    super::{bad_line, not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::paths,
    crate::problem::Problem,
    crate::request::signed_in,
    crate::ui::form::{Reply, done},
    backend::{Error, tokens},
    domain::Description,
};

/// Begins to enrol the type that follows, and shows its secret, once.
#[server(prefix = "/call", endpoint = "replace-token", output = Wire)]
pub async fn replace_token(
    user: String,
    serial: String,
    #[server(default)] description: String,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let mut problem = Problem::invalid();
    let description = problem.take("description", Description::parse(&description), bad_line);
    let description = problem.or(description)?.unwrap_or_default();
    match tokens::replace::start(&backend, &caller, user, &serial, &description).await {
        Ok((started, Some(secret))) => Ok(Reply::Show(made(started, secret, caller.now))),
        // a repeat of the same request: the page shows what waits, without the secret
        Ok((_, None)) => done(paths::replace_token(user, &serial), None),
        Err(error @ (Error::Blocked(_) | Error::NotFound)) => Err(not_done(error, &clock)),
        Err(error) => Err(not_enrolled(error)),
    }
}
