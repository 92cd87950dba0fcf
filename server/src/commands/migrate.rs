//! `tokendesk migrate`.

use crate::{config::Config, database::Database};

/// Brings the tables up to this version, with the owner's login.
pub(super) async fn run(_config: &Config, _database: &Database) -> anyhow::Result<()> {
    anyhow::bail!("not built yet") // backend call
}
