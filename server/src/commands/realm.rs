//! `tokendesk realm create`.

use clap::Subcommand;

use crate::{config::Config, database::Database};

#[derive(Debug, Subcommand)]
pub(super) enum Realm {
    /// Make a realm
    Create {
        /// Its name, such as `staff`
        name: String,
        /// What authenticator apps show as the issuer [default: the name]
        #[arg(long)]
        display_name: Option<String>,
    },
}

impl Realm {
    pub(super) async fn run(self, _config: &Config, _database: &Database) -> anyhow::Result<()> {
        match self {
            Self::Create { .. } => anyhow::bail!("not built yet"), // backend call
        }
    }
}
