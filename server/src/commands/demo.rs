//! `tokendesk demo`.

use crate::{config::Config, database::Database};

/// Makes the sample data; only in a private database that holds no users.
pub(super) async fn run(_config: &Config, database: &Database) -> anyhow::Result<()> {
    anyhow::ensure!(
        database.is_embedded(),
        "sample data is made only in the private database; DATABASE_URL is set"
    );
    anyhow::bail!("not built yet") // backend call
}
