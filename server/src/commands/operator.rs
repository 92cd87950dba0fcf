//! `tokendesk operator create` and `tokendesk operator reset`.

use clap::Subcommand;

use crate::{config::Config, database::Database};

#[derive(Debug, Subcommand)]
pub(super) enum Operator {
    /// Make an operator and print the one-time link to set a password and an app
    Create {
        /// The operator's name for signing in
        name: String,
        /// Such as viewer, help-desk, token-officer, administrator or auditor
        #[arg(long)]
        role: String,
        /// Limits the role to this realm; may be given several times [default: all]
        #[arg(long)]
        realm: Vec<String>,
    },
    /// Print a one-time link for an operator who lost password or app
    Reset {
        /// The operator's name for signing in
        name: String,
    },
}

impl Operator {
    pub(super) async fn run(self, _config: &Config, _database: &Database) -> anyhow::Result<()> {
        match self {
            Self::Create { .. } => anyhow::bail!("not built yet"), // backend call
            Self::Reset { .. } => anyhow::bail!("not built yet"),  // backend call
        }
    }
}
