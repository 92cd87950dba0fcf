//! Calls a server function from a page and keeps its answer as it travels: as JSON text. All
//! pages share this one path, so that a new server function adds little to the download.

use std::future::Future;
use std::pin::Pin;

use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
#[cfg(not(feature = "ssr"))]
use crate::problem::UNREACHED;

/// The function's own JSON, or what went wrong.
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
        serde_json::to_string(&output).map_err(|_| Problem::broken(""))
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

/// The arguments of a load as the fields of a form. Arguments are texts, optional texts, numbers
/// or flags; `None` is left out.
pub fn fields<F: Serialize>(input: &F) -> String {
    let mut fields = form_urlencoded::Serializer::new(String::new());
    if let Ok(serde_json::Value::Object(arguments)) = serde_json::to_value(input) {
        for (name, value) in &arguments {
            match value {
                serde_json::Value::Null => {}
                serde_json::Value::String(text) => drop(fields.append_pair(name, text)),
                other => drop(fields.append_pair(name, &other.to_string())),
            }
        }
    }
    fields.finish()
}

/// Posts form fields to a server function.
#[cfg(not(feature = "ssr"))]
pub async fn post(path: &'static str, body: String) -> Answer {
    use leptos::server_fn::client::{Client, browser::BrowserClient};
    use leptos::server_fn::request::ClientReq;
    use leptos::server_fn::response::ClientRes;

    type Browser = BrowserClient;
    let request = <<Browser as Client<Problem>>::Request as ClientReq<Problem>>::try_new_post(
        path,
        "application/x-www-form-urlencoded",
        "application/json",
        body,
    )?;
    let response = <Browser as Client<Problem>>::send(request).await?;
    let status = ClientRes::<Problem>::status(&response);
    let body = ClientRes::<Problem>::try_into_string(response).await?;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    Err(decode::<Problem>(&body).unwrap_or_else(|_| Problem::new(status, unreadable(status))))
}

/// Whether the server answers at all.
#[cfg(not(feature = "ssr"))]
pub async fn is_reachable() -> bool {
    use leptos::server_fn::client::{Client, browser::BrowserClient};
    use leptos::server_fn::request::ClientReq;
    use leptos::server_fn::response::ClientRes;

    type Browser = BrowserClient;
    let request = <<Browser as Client<Problem>>::Request as ClientReq<Problem>>::try_new_get(
        "/healthz/live",
        "text/plain",
        "text/plain",
        "",
    );
    let Ok(request) = request else { return false };
    let answer = <Browser as Client<Problem>>::send(request).await;
    answer.is_ok_and(|answer| ClientRes::<Problem>::status(&answer) == 200)
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
    serde_json::from_str(body)
        .map_err(|_| Problem::new(500, "This page is out of date. Load it again."))
}
