//! Whether a form comes from a page of ours.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::ORIGIN;
use http::{HeaderMap, Method, StatusCode};

use crate::headers::plain_page;
use crate::router::Doors;

/// Refuses what another site made the browser send. Reads are free; everything else must come
/// from our own pages.
pub async fn same_origin(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_ours(request.headers(), &doors.public_url) {
        return next.run(request).await;
    }
    let text = "This form was sent from another site. Nothing was changed.";
    plain_page(StatusCode::FORBIDDEN, "Not from here", text, "")
}

/// By what the browser says of itself; `Host` is the sender's to choose and decides nothing.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    headers
        .get(ORIGIN)
        .is_some_and(|origin| origin == public_url)
}
