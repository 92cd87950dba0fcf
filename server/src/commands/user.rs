//! `tokendesk user create`.

use clap::Subcommand;

use crate::{config::Config, database::Database};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Make a user
    Create {
        /// The user's name in the realm
        username: String,
        /// The realm
        #[arg(long, default_value = "default")]
        realm: String,
        #[arg(long)]
        given_name: Option<String>,
        #[arg(long)]
        family_name: Option<String>,
        /// May be given several times; the first is preferred
        #[arg(long)]
        phone: Vec<String>,
        /// May be given several times; the first is preferred
        #[arg(long)]
        email: Vec<String>,
    },
}

impl User {
    pub(super) async fn run(self, _config: &Config, _database: &Database) -> anyhow::Result<()> {
        match self {
            Self::Create { .. } => anyhow::bail!("not built yet"), // backend call
        }
    }
}
