//! `POST /api/v1/verify`: is this code right? One plain yes or no.

use std::net::IpAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest as _, Request};
use axum::response::{IntoResponse, Response};
use backend::check::{self, Checked, Purpose, Subject};
use backend::{Caller, Via, clients, rate_limit};
use domain::Agent;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Api, Problem};
use crate::headers::TraceId;
use crate::listen::BODY_TIMEOUT;
use crate::open::timestamp;
use crate::peer;

/// The question. Strings only, and no field that is not named here: a number is not a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default, deserialize_with = "present")]
    realm: Option<String>,
    #[serde(default, deserialize_with = "present")]
    username: Option<String>,
    #[serde(default, deserialize_with = "present")]
    serial: Option<String>,
    code: String,
    #[serde(default, deserialize_with = "present")]
    request_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    purpose: Option<String>,
    #[serde(default, deserialize_with = "present")]
    client_address: Option<String>,
}

/// A field that may be left out, but is not `null`.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}

/// The question, understood.
struct Asked {
    subject: Subject,
    code: String,
    purpose: Purpose,
    request: Option<backend::auth::Request>,
    client_address: Option<IpAddr>,
}

/// Answers `{"result": true}` or `{"result": false}`, and a problem when nothing was decided.
pub async fn verify(State(api): State<Api>, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let extensions = request.extensions().clone();
    let body = timeout(BODY_TIMEOUT, Bytes::from_request(request, &())).await;
    let body = body.map_err(|_| Problem::TooSlow)?;
    let key = bearer(&headers).ok_or(Problem::NoKey)?;
    let (address, now) = (
        peer::address(&api.trusted_proxies, &headers, &extensions),
        timestamp((api.now)()),
    );
    let Some(actor) = clients::authenticate(&api.backend, key).await? else {
        rate_limit::count(&api.backend, rate_limit::UNKNOWN_KEY, address, now).await?;
        return Err(Problem::NoKey);
    };
    let asked = read(&headers, body)?;
    let mut caller = Caller {
        actor,
        via: Via::Api,
        address,
        client_address: asked.client_address,
        agent: Agent::default(),
        trace: extensions
            .get::<TraceId>()
            .and_then(|trace| Uuid::try_parse(&trace.0).ok())
            .unwrap_or_default(),
        now,
        request: asked.request,
    };
    let (subject, code, purpose) = (asked.subject, asked.code, asked.purpose);
    let first = check::verify(&api.backend, &caller, &subject, &code, purpose).await;
    let checked = match first {
        // the key was remembered, and is not what it was
        Err(backend::Error::NotSignedIn) => {
            let actor = clients::anew(&api.backend, key).await?;
            caller.actor = actor.ok_or(Problem::NoKey)?;
            check::verify(&api.backend, &caller, &subject, &code, purpose).await?
        }
        checked => checked?,
    };
    let result = matches!(checked, Checked::Accepted { .. });
    let no_store = [(CACHE_CONTROL, "no-store")];
    Ok((StatusCode::OK, no_store, Json(json!({ "result": result }))).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn read(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Asked, Problem> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or("");
    if !essence.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::NotJson);
    }
    let bytes = body.map_err(|cause| match cause.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLong,
        _ => Problem::Malformed("The body did not arrive whole."),
    })?;
    let body: Body = serde_json::from_slice(&bytes)
        .map_err(|_| Problem::Malformed("The body is not of the documented form."))?;
    asked(body)
}

fn asked(body: Body) -> Result<Asked, Problem> {
    let texts = [&body.realm, &body.username, &body.serial, &body.request_id];
    let nul = |text: &String| text.contains('\0');
    if texts.into_iter().flatten().any(nul) || nul(&body.code) {
        return Err(Problem::Malformed("No text may hold U+0000."));
    }
    let purpose = match body.purpose.as_deref() {
        None | Some("verification") => Purpose::Verification,
        Some("approval") => Purpose::Approval,
        Some(_) => return Err(Problem::Malformed("purpose: verification or approval.")),
    };
    let content = json!([
        body.realm,
        body.username,
        body.serial,
        body.code,
        body.purpose
    ]);
    let request = match body.request_id.as_deref().map(Uuid::try_parse) {
        None => None,
        Some(Ok(id)) => Some(backend::auth::Request {
            id,
            content: content.to_string().into_bytes(),
        }),
        Some(Err(_)) => return Err(Problem::Malformed("request_id: a UUID.")),
    };
    let client_address = match body.client_address.as_deref().map(str::parse) {
        None => None,
        Some(Ok(address)) => Some(address),
        Some(Err(_)) => return Err(Problem::Malformed("client_address: an IP address.")),
    };
    let subject = match (body.realm, body.username, body.serial) {
        (realm, Some(username), None) => Subject::User { realm, username },
        (None, None, Some(serial)) => Subject::Serial(serial),
        _ => {
            return Err(Problem::Malformed(
                "Name a username, with its realm, or a serial.",
            ));
        }
    };
    Ok(Asked {
        subject,
        code: body.code,
        purpose,
        request,
        client_address,
    })
}
