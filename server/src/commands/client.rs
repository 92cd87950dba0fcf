//! `tokendesk client create`.

use anyhow::Context as _;
use backend::{Error, clients};
use clap::Subcommand;
use domain::Name;

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
        let backend = open::backend(config, database).await?;
        let caller = open::command_caller()?;
        let Self::Create { name, realm } = self;
        let called = Name::parse(&name)
            .ok()
            .with_context(|| format!("{name:?} is no name for a client"))?;
        match clients::create(&backend, &caller, &called, &realm).await {
            Ok(key) => println!("The key of {name}, shown this once:\n{key}"),
            Err(Error::Taken(_)) => anyhow::bail!("there is a client {name} already"),
            Err(Error::NotFound) => anyhow::bail!("there is no such realm"),
            Err(error) => return Err(error).context("the client was not made"),
        }
        Ok(())
    }
}
