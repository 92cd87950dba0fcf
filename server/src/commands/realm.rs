//! `tokendesk realm create`.

use anyhow::Context as _;
use backend::{Error, realms};
use clap::Subcommand;

use super::name;
use crate::{config::Config, database::Database, open};

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
    pub(super) async fn run(self, config: &Config, database: &Database) -> anyhow::Result<()> {
        let Self::Create {
            name: typed,
            display_name,
        } = self;
        let realm = name(&typed, "realm")?;
        let shown = name(display_name.as_deref().unwrap_or(&typed), "display name")?;
        let backend = open::backend(config, database).await?;
        match realms::create(&backend, &open::command_caller()?, &realm, &shown).await {
            Err(Error::Taken(_)) => anyhow::bail!("there is a realm {typed} already"),
            made => made.context("the realm was not made")?,
        };
        println!("Realm {typed} is made.");
        Ok(())
    }
}
