//! Calls a server function from a page and keeps its answer as it travels: as text. All pages share
//! this one path, so that a new server function adds little to the download.

#[cfg(not(feature = "ssr"))]
mod fetch;
mod fields;

use std::future::Future;
use std::pin::Pin;

use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
#[cfg(not(feature = "ssr"))]
use crate::problem::UNREACHED;
use crate::wire;

pub use fields::fields;

/// The function's own answer, or what went wrong.
pub type Answer = Result<String, Problem>;

/// An answer on its way.
pub type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Runs the server function here, on the server.
#[cfg(feature = "ssr")]
pub fn ask<F>(input: F) -> Asking
where
    F: ServerFn<Error = Problem> + 'static,
    F::Output: Serialize,
{
    Box::pin(async move {
        let output = input.run_body().await?;
        wire::encode(&output).map_err(|_| Problem::broken(""))
    })
}

/// Calls the server function over the wire.
#[cfg(not(feature = "ssr"))]
pub fn ask<F>(input: F) -> Asking
where
    F: ServerFn<Error = Problem> + Serialize + 'static,
{
    let body = fields(&input);
    Box::pin(post(F::PATH, body))
}

/// Posts form fields to a server function.
#[cfg(not(feature = "ssr"))]
pub async fn post(path: &'static str, fields: String) -> Answer {
    let Some((status, body)) = fetch::fetch(path, Some(fields)).await else {
        return Err(Problem::new(503, UNREACHED));
    };
    if (200..300).contains(&status) {
        return Ok(body);
    }
    Err(wire::decode(&body).unwrap_or_else(|_| Problem::new(status, unreadable(status))))
}

/// Whether the server answers at all.
#[cfg(not(feature = "ssr"))]
pub async fn is_reachable() -> bool {
    let answer = fetch::fetch("/healthz/live", None).await;
    answer.is_some_and(|(status, _)| status == 200)
}

#[cfg(not(feature = "ssr"))]
fn unreadable(status: u16) -> &'static str {
    match status {
        413 => "This is more than a form may hold. Nothing was changed.",
        502..=504 => UNREACHED,
        _ => "Something went wrong on our side.",
    }
}

/// Reads an answer.
///
/// # Errors
/// A [`Problem`] when the two sides are of different versions; loading the page again helps.
pub fn decode<T: DeserializeOwned>(body: &str) -> Result<T, Problem> {
    wire::decode(body).map_err(|_| Problem::new(500, "This page is out of date. Load it again."))
}
