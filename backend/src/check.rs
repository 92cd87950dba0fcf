//! Stands in until the branch with the check is merged.
use crate::{Backend, Caller, Result};
use domain::check::Refusal;
use domain::{Serial, UserId};
/// Outcome.
pub enum Checked {
    /// Accepted.
    Accepted {
        /// Token.
        serial: Serial,
    },
    /// Refused.
    Refused(Refusal),
}
/// Stub.
pub async fn operator_code(_: &Backend, _: &Caller, _: UserId, _: &str) -> Result<Checked> {
    Ok(Checked::Refused(Refusal::NoToken))
}
