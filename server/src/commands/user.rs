//! `tokendesk user create`.

use anyhow::Context as _;
use backend::{Error, Taken, users};
use clap::Subcommand;
use domain::ContactKind;

use super::{name, realm, username};
use crate::{config::Config, database::Database, open};

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
    pub(super) async fn run(self, config: &Config, database: &Database) -> anyhow::Result<()> {
        let Self::Create {
            username: typed,
            realm: in_realm,
            given_name,
            family_name,
            phone,
            email,
        } = self;
        let mut contacts = Vec::new();
        for number in &phone {
            contacts.push((ContactKind::Phone, contact(ContactKind::Phone, number)?));
        }
        for address in &email {
            contacts.push((ContactKind::Email, contact(ContactKind::Email, address)?));
        }
        let backend = open::backend(config, database).await?;
        let new = users::New {
            realm: realm(&backend, &in_realm).await?,
            username: username(&typed)?,
            given_name: name(given_name.as_deref().unwrap_or_default(), "given name")?,
            family_name: name(family_name.as_deref().unwrap_or_default(), "family name")?,
            department: domain::Name::default(),
            contacts,
        };
        match users::create(&backend, &open::command_caller()?, &new).await {
            Err(Error::Taken(Taken::Username)) => {
                anyhow::bail!("there is a user {typed} in the realm {in_realm} already")
            }
            made => made.context("the user was not made")?,
        };
        println!("User {typed} is made.");
        Ok(())
    }
}

fn contact(kind: ContactKind, typed: &str) -> anyhow::Result<domain::Name> {
    domain::contact::parse(kind, typed)
        .map_err(|bad| anyhow::anyhow!("{} {typed:?}: {bad:?}", kind.as_str()))
}
