//! What differs between kinds when a token is enrolled: the match that picks a kind's file. A new kind adds
//! its arm here, and a file below.
#![deny(clippy::wildcard_enum_match_arm)]

pub(crate) mod app;

use crate::change::{Change, LockedUser};
use crate::error::Result;
use domain::enrolment::{Fields, Secret};
use domain::token_type::TokenType;
use domain::{EnrolmentId, Kind, Moves};

/// What a kind lays down for the proof, and what the one answer that makes an enrolment shows.
pub(super) struct Laid {
    /// Sealed for the enrolment's row.
    pub(super) seed_sealed: Vec<u8>,
    /// For the device; `None` where there is nothing to show.
    pub(super) secret: Option<Secret>,
}

/// Begins the enrolment `id` of this type; its row is made afterwards, by the caller.
pub(super) async fn enrol(
    change: &mut Change<'_>,
    user: &LockedUser,
    token_type: &TokenType,
    (id, _fields): (EnrolmentId, &Fields),
) -> Result<Laid> {
    match token_type.kind {
        // an app is asked for nothing but its description
        Kind::Totp => app::enrol(change, user, (token_type, Moves::Clock), id).await,
        Kind::Hotp => app::enrol(change, user, (token_type, Moves::Counter), id).await,
    }
}
