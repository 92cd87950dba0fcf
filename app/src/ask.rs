//! Calls a server function from a page and keeps its answer as it travels: as text. All pages share
//! this one path, so that a new server function adds little to the download.

#[cfg(not(feature = "ssr"))]
mod fetch;

use std::future::Future;
use std::pin::Pin;

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::ServerFn;
use postcard_schema::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
#[cfg(not(feature = "ssr"))]
use crate::problem::UNREACHED;
use crate::wire::{self, Unreadable};

/// The function's own answer, or what went wrong.
pub type Answer = Result<String, Problem>;

/// An [`Answer`] as a page leaves it for the browser's code: a sign of which it is, then as it travels.
#[derive(Debug)]
pub struct AnswerText;

impl Encoder<Answer> for AnswerText {
    type Error = Unreadable;
    type Encoded = String;

    fn encode(answer: &Answer) -> Result<String, Unreadable> {
        match answer {
            Ok(text) => Ok(format!("+{text}")),
            Err(problem) => wire::encode(problem).map(|text| format!("-{text}")),
        }
    }
}

impl Decoder<Answer> for AnswerText {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<Answer, Unreadable> {
        match text.split_at_checked(1) {
            Some(("+", text)) => Ok(Ok(text.to_owned())),
            Some(("-", text)) => wire::decode(text).map(Err),
            _ => Err(Unreadable),
        }
    }
}

/// An answer on its way.
pub type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Runs the server function here, on the server.
#[cfg(feature = "ssr")]
pub fn ask<F>(input: F) -> Asking
where
    F: ServerFn<Error = Problem> + 'static,
    F::Output: Serialize + Schema,
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

/// The arguments of a load as the fields of a form. They are texts, numbers or flags.
pub fn fields<F: Serialize>(input: &F) -> String {
    let fields = serde_urlencoded::to_string(input);
    debug_assert!(
        fields.is_ok(),
        "an argument of a load does not fit into a field"
    );
    fields.unwrap_or_default()
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
pub fn decode<T: DeserializeOwned + Schema>(body: &str) -> Result<T, Problem> {
    wire::decode(body).map_err(|_| Problem::new(500, "This page is out of date. Load it again."))
}
