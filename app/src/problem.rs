//! What went wrong, in an operator's words. Every server function fails with this and nothing else.

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::wire::WireText;

/// A refusal or failure as people see it, on both sides of the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Problem {
    /// The HTTP status it travels with, 400 to 599.
    pub status: u16,
    /// What happened, what was not changed, what to do next. Empty when the fields say it all.
    pub message: String,
    /// Messages that belong to one field each: `(name, message)`.
    pub fields: Vec<(String, String)>,
    /// What stands there now, when another version than the form's does (409): sent again with this one,
    /// the form is saved over it.
    pub version: Option<i64>,
    /// Seconds after which the same may be tried again, where that is known.
    pub retry_after: Option<u64>,
    /// The number to report when the cause is unknown; empty otherwise.
    pub trace_id: String,
}

/// Said when no answer came. What was sent may have arrived; its `request_id` makes it done once.
pub(crate) const UNREACHED: &str =
    "The server cannot be reached. Send it again: if it arrived before, it is not done twice.";

impl Problem {
    /// A problem of the page or form as a whole.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            ..Self::default()
        }
    }

    /// Not now, but after so many seconds.
    pub fn later(status: u16, seconds: u64, message: impl Into<String>) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(status, message)
        }
    }

    /// The start of a list of field errors (422): add with [`Problem::at`], end with
    /// [`Problem::or`].
    pub fn invalid() -> Self {
        Self::new(422, "")
    }

    /// The session has ended or never was (401).
    pub fn signed_out() -> Self {
        Self::new(401, "Sign in to go on. Nothing was changed.")
    }

    /// The operator lacks a privilege (403).
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    /// Nothing here, or nothing that this operator may see (404).
    pub fn not_found() -> Self {
        Self::new(404, "It is not here, or not for you to see.")
    }

    /// A field is missing that our own page would have sent (400).
    pub fn incomplete() -> Self {
        Self::new(400, "The form was incomplete. Load the page again.")
    }

    /// Somebody or something else was first (409); what was typed is kept.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, message)
    }

    /// Our own failure (500), to be reported with its trace id.
    pub fn broken(trace_id: impl Into<String>) -> Self {
        Self {
            trace_id: trace_id.into(),
            ..Self::new(
                500,
                "Something went wrong on our side. Send it again: nothing is done twice.",
            )
        }
    }

    /// Whether it is open what came of the request: it must be sent again as the same one.
    pub fn is_open(&self) -> bool {
        self.status >= 500
    }

    /// Whether no answer came at all.
    pub fn is_unreached(&self) -> bool {
        self.message == UNREACHED
    }

    /// Adds a message at a field.
    #[must_use]
    pub fn at(mut self, field: &str, message: impl Into<String>) -> Self {
        self.fields.push((field.to_owned(), message.into()));
        self
    }

    /// Takes the value out of a parsed field, or notes the message at it.
    pub fn take<T, E>(
        &mut self,
        field: &str,
        parsed: Result<T, E>,
        message: impl FnOnce(E) -> String,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.fields.push((field.to_owned(), message(error)));
                None
            }
        }
    }

    /// The value, unless a field was refused.
    ///
    /// # Errors
    /// This problem, if [`Problem::at`] or [`Problem::take`] noted any message.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.fields.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    /// The message at this field, if any.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, message)| message.as_str())
    }
}

impl FromServerFnError for Problem {
    type Encoder = WireText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(503, UNREACHED),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::incomplete(),
            ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::broken(""),
        }
    }
}
