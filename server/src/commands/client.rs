//! `tokendesk client create`.

use anyhow::Context as _;
use backend::{Error, clients};
use clap::Subcommand;

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
        let Self::Create { name, realm } = self;
        let named = domain::Name::parse(&name)
            .map_err(|_| anyhow::anyhow!("a name has at most 80 printable characters"))?;
        let made = clients::create(&backend, &open::command_caller()?, &named, &realm).await;
        let key = match made {
            Err(Error::Taken(_)) => anyhow::bail!("there is an API client {name} already"),
            Err(Error::NotFound) => anyhow::bail!("there is no realm {}", realm.join(", or no ")),
            made => made.context("the API client was not made")?,
        };
        println!("The key of {name}, shown this once:\n{key}");
        Ok(())
    }
}
