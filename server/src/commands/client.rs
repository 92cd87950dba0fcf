//! `tokendesk client create`.

use anyhow::Context as _;
use backend::{Error, clients};
use clap::Subcommand;

use super::name;
use crate::{config::Config, database::Database, open};

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
    pub(super) async fn run(self, config: &Config, database: &Database) -> anyhow::Result<()> {
        let Self::Create { name: typed, realm } = self;
        let client = name(&typed, "name")?;
        let backend = open::backend(config, database).await?;
        match clients::create(&backend, &open::command_caller()?, &client, &realm).await {
            Err(Error::Taken(_)) => anyhow::bail!("there is a client {typed} already"),
            Err(Error::NotFound) => anyhow::bail!("one of the realms does not exist"),
            made => println!(
                "The key of {typed}, shown this once:\n{}",
                made.context("the client was not made")?
            ),
        }
        Ok(())
    }
}
