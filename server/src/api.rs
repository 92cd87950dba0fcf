//! The REST API: what applications ask, and how the service says that it is well.

mod health;
mod problem;
mod verify;

use std::time::SystemTime;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use backend::Backend;

use crate::config::Proxies;

pub use problem::Problem;

/// A body is at most this long.
const BODY: usize = 64 * 1024;

/// What the API's doors share.
#[derive(Clone)]
pub struct Api {
    /// The deeds.
    pub backend: Backend,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// The clock, read once for each request.
    pub now: fn() -> SystemTime,
}

/// The API's doors.
pub fn routes(api: Api) -> Router {
    Router::new()
        .route("/api/v1/verify", post(verify::verify))
        .route("/healthz/live", get(health::live))
        .route("/healthz/ready", get(health::ready))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(api)
}
