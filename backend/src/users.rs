//! Users: people whose identity is verified.
pub mod create;
pub use create::{New, create};
/// Stands in until the branch with the users is merged.
pub async fn refresh_all(_: &crate::Backend, _: domain::Timestamp) -> crate::Result<u64> {
    Ok(0)
}
