//! What every response carries: the content policy and its companions, and the trace id.

use std::panic::AssertUnwindSafe;

use app::paths::is_secret;
use app::request::NewId;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tracing::Instrument;

use crate::router::Doors;

/// Carries the number under which logs and audit know a request.
pub const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// For whatever is not a page: nothing may be loaded or run.
const NO_PAGE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// A year, in seconds.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// When to come back to a server that is busy, in seconds.
const SOON: HeaderValue = HeaderValue::from_static("2");

/// The number of this request, in its extensions.
#[derive(Clone, Debug)]
pub struct TraceId(pub String);

/// The outermost layer: a trace id and a span for each request, one page for whatever panics, and
/// the headers that no response may lack.
pub async fn every_response(
    State(doors): State<Doors>,
    mut request: Request,
    next: Next,
) -> Response {
    let NewId(new_id) = doors.new_id;
    let trace_id = new_id();
    request.extensions_mut().insert(TraceId(trace_id.clone()));
    // The path only: a query may hold what people searched for. And not that of a one-time link.
    let path = request.uri().path();
    let secret = is_secret(path);
    let path = if secret { "(a one-time link)" } else { path };
    let span = tracing::info_span!("request", %trace_id, method = %request.method(), path);
    let answering = AssertUnwindSafe(next.run(request)).instrument(span);
    let mut response = match tokio::spawn(answering).await {
        Ok(response) => response,
        Err(_) => broken(&trace_id),
    };
    complete(&mut response, &doors, &trace_id);
    if secret {
        // As `same-origin`, but without the path. (`no-referrer` would take the origin from its forms.)
        let policy = HeaderValue::from_static("strict-origin");
        response.headers_mut().insert(REFERRER_POLICY, policy);
    }
    response
}

fn complete(response: &mut Response, doors: &Doors, trace_id: &str) {
    let busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if busy {
        headers.entry(RETRY_AFTER).or_insert(SOON);
    }
    if let Ok(trace_id) = HeaderValue::from_str(trace_id) {
        headers.insert(TRACE_ID, trace_id);
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NO_PAGE);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if doors.public_url.starts_with("https://") {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// The content policy of the page that is being rendered. Called in its context, where its nonce
/// is known.
pub fn page_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    // Only `make dev` sets this; the page then listens for a new build.
    let reload = match std::env::var_os("LEPTOS_WATCH") {
        Some(_) => " ws://127.0.0.1:3001 ws://localhost:3001",
        None => "",
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{reload}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// A small page that needs nothing of the application: for what went wrong around it.
pub fn plain_page(status: StatusCode, title: &str, text: &str, trace_id: &str) -> Response {
    let report = match trace_id {
        "" => String::new(),
        trace_id => format!("<p>If it happens again, report <code>{trace_id}</code>.</p>"),
    };
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · \
         Tokendesk</title></head><body><main><h1>{title}</h1><p>{text}</p>{report}\
         <p><a href=\"/users\">Users</a></p></main></body></html>"
    );
    let mut response = (status, Body::from(page)).into_response();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

fn broken(trace_id: &str) -> Response {
    let text = "Something went wrong on our side.";
    plain_page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "This page could not be loaded",
        text,
        trace_id,
    )
}
