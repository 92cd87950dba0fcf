//! `tokendesk operator create` and `tokendesk operator reset`.

use anyhow::Context as _;
use backend::{Error, operators};
use clap::Subcommand;

use super::{realm, username};
use crate::{config::Config, database::Database, open};

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
    pub(super) async fn run(self, config: &Config, database: &Database) -> anyhow::Result<()> {
        let backend = open::backend(config, database).await?;
        let caller = open::command_caller()?;
        let (name, secret) = match self {
            Self::Create {
                name,
                role: word,
                realm: named,
            } => {
                let role = operators::role(&backend, &word)
                    .await
                    .with_context(|| format!("there is no role {word}"))?;
                let mut realms = Vec::new();
                for word in &named {
                    realms.push(realm(&backend, word).await?);
                }
                let new = username(&name)?;
                match operators::create(&backend, &caller, &new, role, &realms).await {
                    Err(Error::Taken(_)) => anyhow::bail!("there is an operator {name} already"),
                    made => (name, made.context("the operator was not made")?),
                }
            }
            Self::Reset { name } => match operators::reset(&backend, &caller, &name).await {
                Err(Error::NotFound) => anyhow::bail!("there is no operator {name}"),
                Err(Error::OperatorDisabled) => anyhow::bail!(
                    "{name} is disabled, and a link would open nothing: enable the user first"
                ),
                made => (name, made.context("the link was not made")?),
            },
        };
        println!(
            "For {name}, once and within an hour:\n{}{}",
            config.public_url.origin(),
            app::paths::operator_reset(secret)
        );
        Ok(())
    }
}
