//! Making a token on behalf of a user, from choosing the type to the proof.

use crate::{Description, EnrolmentId, Limit, Serial, Timestamp, TokenId, Tries, TryState};
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// At most this many wait per user.
pub const AT_MOST: usize = 3;
/// Hours that an enrolment waits for its proof.
const WAITS_HOURS: u64 = 24;

/// Until when an enrolment that begins now waits.
pub fn ends_at(now: Timestamp) -> Timestamp {
    now.after(Duration::from_secs(WAITS_HOURS * 3_600))
}

/// An enrolment that waits for its proof, as the console shows it. Holds no seed.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// The serial that the token will have.
    pub serial: Serial,
    /// Slug of its type.
    pub type_slug: String,
    /// Name of its type.
    pub type_name: String,
    /// What the operator calls the device, or empty.
    pub description: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub started_by: String,
    /// It is void from this instant.
    pub ends_at: Timestamp,
    /// Wrong proofs in a row.
    pub tries: Tries,
    /// The token that goes when this one is proven.
    pub replaces: Option<Replaced>,
}

/// What the form of an enrolment asks for, whatever its kind: each kind takes what it needs.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// What the device is called, or empty.
    pub description: Description,
}

/// A token of an obsolete type that an enrolment replaces.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Replaced {
    /// Its id.
    pub id: TokenId,
    /// Its serial.
    pub serial: Serial,
    /// Its name, as [`crate::token::name`] makes it.
    pub name: String,
}

impl Enrolment {
    /// Whether a proof would be evaluated now; void where a token would be locked.
    pub fn try_state(&self, now: Timestamp) -> TryState {
        self.tries.state(Limit::TOKEN, now)
    }
}

/// What the device needs, for the one response that holds it. Never stored by a browser, never logged.
#[derive(Clone, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Secret {
    /// An SVG picture of `uri`.
    pub qr_svg: String,
    /// `otpauth://…` (the key URI of authenticator apps).
    pub uri: String,
    /// The seed in Base32, in groups of four.
    pub text: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}
