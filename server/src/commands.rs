//! What can be typed on the command line: arguments, and one call each.

mod client;
mod database;
mod demo;
mod migrate;
mod operator;
mod realm;
mod serve;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{config::Config, database::Database, telemetry};

/// The desk for other people's second factors.
#[derive(Debug, Parser)]
#[command(name = "tokendesk", version, about, arg_required_else_help = true)]
pub struct Arguments {
    /// File of settings [default: tokendesk.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the console and the service
    Serve(serve::Serve),
    /// Bring the database's tables up to this version
    Migrate,
    /// Make sample users and tokens in an empty private database
    Demo,
    /// Realms: separate populations of users
    #[command(subcommand)]
    Realm(realm::Realm),
    /// Users: people whose identity is verified
    #[command(subcommand)]
    User(user::User),
    /// Operators: people who sign in to the console
    #[command(subcommand)]
    Operator(operator::Operator),
    /// API clients: applications that verify codes
    #[command(subcommand)]
    Client(client::Client),
    /// Run a program with DATABASE_URL set to a private database; for tests and development
    Database(database::Database),
}

impl Arguments {
    /// Does what was typed.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        if let Command::Database(database) = self.command {
            telemetry::start("warn");
            return database.run().await;
        }
        let config = Config::load(self.config.as_deref())?;
        telemetry::start(&config.log);
        match self.command {
            Command::Serve(serve) => serve.run(&config).await?,
            other => {
                let database = Database::visit(&config).await?;
                let done = other.run(&config, &database).await;
                database.stop().await;
                done?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Command {
    /// A command that needs the database and ends by itself.
    async fn run(self, config: &Config, database: &Database) -> anyhow::Result<()> {
        match self {
            Self::Migrate => migrate::run(config, database).await,
            Self::Demo => demo::run(config, database).await,
            Self::Realm(realm) => realm.run(config, database).await,
            Self::User(user) => user.run(config, database).await,
            Self::Operator(operator) => operator.run(config, database).await,
            Self::Client(client) => client.run(config, database).await,
            Self::Serve(_) | Self::Database(_) => anyhow::bail!("this command opens its own"),
        }
    }
}

/// A name as typed: 1 to 80 characters; `what` names it in the message. May be empty where it may.
fn name(typed: &str, what: &str) -> anyhow::Result<domain::Name> {
    domain::Name::parse(typed).map_err(|bad| anyhow::anyhow!("{what} {typed:?}: {bad:?}"))
}

fn username(typed: &str) -> anyhow::Result<domain::Username> {
    domain::Username::parse(typed).map_err(|bad| anyhow::anyhow!("username {typed:?}: {bad:?}"))
}

async fn realm(backend: &backend::Backend, word: &str) -> anyhow::Result<domain::RealmId> {
    use anyhow::Context as _;
    backend::realms::find(backend, word)
        .await
        .with_context(|| format!("there is no realm {word}"))
}
