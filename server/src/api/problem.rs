//! Errors for programs (RFC 9457). None says whether a user, a token or a code is right.

use axum::response::{IntoResponse, Response};
use backend::Error;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// What a program is told when it gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The body is not what the documentation asks for.
    Malformed(&'static str),
    /// No key, or one that is not known.
    NoKey,
    /// The body did not arrive in time.
    TooSlow,
    /// The request id was used with other content.
    RequestReused,
    /// The body is too long.
    TooLong,
    /// The body is not JSON.
    NotJson,
    /// Asked too often: again after this many seconds.
    TooOften(u64),
    /// More than can be done at once: again after this many seconds.
    Later(u64),
    /// Our fault.
    Broken,
}

impl Problem {
    const fn status(self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NoKey => StatusCode::UNAUTHORIZED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::RequestReused => StatusCode::CONFLICT,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::Malformed(detail) => detail,
            Self::NoKey => "Send the key of an API client as a bearer token.",
            Self::TooSlow => "The body did not arrive in 15 seconds.",
            Self::RequestReused => "This request_id was used before, with other content.",
            Self::TooLong => "The body is longer than 64 KiB.",
            Self::NotJson => "Send application/json.",
            Self::TooOften(_) => "Too many keys that are not known. Ask again a little later.",
            Self::Later(_) => {
                "No answer can be given now. Ask again a little later, with the same request_id."
            }
            Self::Broken => "Nothing was decided. The log knows more under the trace id.",
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::RequestReused => Self::RequestReused,
            Error::TooOften(seconds) => Self::TooOften(seconds),
            Error::NotSignedIn => Self::NoKey,
            Error::Overloaded(_) | Error::Db(_) => {
                tracing::warn!(%error, "a check was not decided");
                Self::Later(1)
            }
            error => {
                tracing::error!(%error, "a check failed");
                Self::Broken
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.detail(),
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self == Self::NoKey {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Self::TooOften(seconds) | Self::Later(seconds) = self {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
