//! `tokendesk client create`.

use clap::Subcommand;

use crate::{config::Config, database::Database};

#[derive(Debug, Subcommand)]
pub(super) enum Client {
    /// Make an API client and print its key, which is shown this once
    Create {
        /// The application's name, such as `vpn`
        name: String,
        /// The realms whose users it may verify; may be given several times
        #[arg(long, required = true)]
        realm: Vec<String>,
    },
}

impl Client {
    pub(super) async fn run(self, _config: &Config, _database: &Database) -> anyhow::Result<()> {
        match self {
            Self::Create { .. } => anyhow::bail!("not built yet"), // backend call
        }
    }
}
