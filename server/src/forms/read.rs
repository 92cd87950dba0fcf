//! How a form is read: whole, within its limits, and as one content that a `request_id` stands for.

use app::problem::Problem;
use axum::body::{Body, Bytes, to_bytes};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use tokio::time::timeout;

use crate::listen::BODY_TIMEOUT;

/// The most that a form may hold, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// A form's fields, in the order they were sent.
pub(super) type Fields = Vec<(String, String)>;

/// Reads a form whole, or says why it cannot be one.
pub(super) async fn read(parts: &Parts, body: Body) -> Result<(Bytes, Fields), Problem> {
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(Problem::new(415, "This is not a form."));
    }
    let body = timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT))
        .await
        .map_err(|_| Problem::new(408, "The form did not arrive in time. Nothing was changed."))?
        .map_err(|_| Problem::new(413, "This is more than a form may hold."))?;
    let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let broken = |text: &str| text.contains(['\0', char::REPLACEMENT_CHARACTER]);
    if fields
        .iter()
        .any(|(name, value)| broken(name) || broken(value))
    {
        return Err(Problem::new(
            400,
            "The form holds characters that no text has.",
        ));
    }
    Ok((body, fields))
}

/// What a `request_id` stands for: the function and its fields in one order, each with its length
/// before it, so that no two contents look alike.
pub(super) fn content(function: &str, fields: &Fields) -> Vec<u8> {
    let mut sorted: Vec<_> = fields
        .iter()
        .filter(|(name, _)| !name.starts_with('_') && name != "request_id")
        .collect();
    sorted.sort();
    let mut content = Vec::new();
    let mut add = |text: &str| {
        content.extend_from_slice(&(text.len() as u64).to_be_bytes());
        content.extend_from_slice(text.as_bytes());
    };
    add(function);
    for (name, value) in sorted {
        add(name);
        add(value);
    }
    content
}
