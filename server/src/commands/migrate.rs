//! `tokendesk migrate`.

use crate::{config::Config, database::Database, open};

/// Brings the tables up to this version, with the owner's login.
pub(super) async fn run(_: &Config, database: &Database) -> anyhow::Result<()> {
    open::migrated(database).await?;
    println!("The tables are of version {}.", env!("CARGO_PKG_VERSION"));
    Ok(())
}
