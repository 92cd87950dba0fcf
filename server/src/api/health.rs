//! Is the process up, and is it ready to answer?

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use backend::migrate;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::json;

use super::Api;
use crate::open::timestamp;

/// Our clock and the database's may differ by this at most: codes follow the clock.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn live() -> Response {
    answer(StatusCode::OK, "live")
}

/// The database answers, has this version's tables, and its clock agrees with ours.
pub async fn ready(State(api): State<Api>) -> Response {
    let state = tokio::time::timeout(PATIENCE, state(&api)).await;
    let state = state.unwrap_or(Err("the database does not answer"));
    match state {
        Ok(()) => answer(StatusCode::OK, "ready"),
        Err(why) => answer(StatusCode::SERVICE_UNAVAILABLE, why),
    }
}

async fn state(api: &Api) -> Result<(), &'static str> {
    let db = &api.backend.db;
    match migrate::is_current(db).await {
        Ok(true) => {}
        Ok(false) => return Err("the tables are not of this version"),
        Err(_) => return Err("the database does not answer"),
    }
    let theirs = migrate::clock(db)
        .await
        .map_err(|_| "the database does not answer")?;
    let ours = timestamp((api.now)());
    let apart = Duration::from_micros(ours.0.abs_diff(theirs.0));
    if apart < CLOCK_DIFFERENCE {
        Ok(())
    } else {
        Err("our clock and the database's differ by 30 s or more")
    }
}

fn answer(status: StatusCode, state: &str) -> Response {
    let no_store = [(CACHE_CONTROL, "no-store")];
    (status, no_store, Json(json!({ "status": state }))).into_response()
}
