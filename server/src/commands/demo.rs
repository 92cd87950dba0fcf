//! `tokendesk demo`, and what `serve --demo` does first.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use backend::Backend;
use backend::demo::{self, OPERATOR, Sample};
use serde::{Deserialize, Serialize};

use crate::{config::Config, database::Database, open};

/// What the sample operator signs in with, kept in the data folder, mode 0600.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DemoFile {
    operator: String,
    password: String,
    secret: String,
}

const FILE: &str = "demo.toml";

/// Makes the sample data; only in a private database that holds no users.
pub(super) async fn run(config: &Config, database: &Database) -> anyhow::Result<()> {
    anyhow::ensure!(
        database.is_embedded(),
        "sample data is made only in the private database; DATABASE_URL is set"
    );
    let backend = open::backend(config, database).await?;
    anyhow::ensure!(
        demo::is_empty(&backend).await?,
        "the database holds users already; sample data is made only in an empty one"
    );
    fill(config, &backend).await?;
    print(
        &read(&config.data_dir)?.context("the sample was not written")?,
        config,
    )
}

/// Fills an empty private database on loopback, and says how to sign in, at every start.
pub(super) async fn offer(
    config: &Config,
    database: &Database,
    backend: &Backend,
) -> anyhow::Result<()> {
    if !database.is_embedded() || !config.listen.ip().is_loopback() {
        println!("No sample data: that is for a private database and a loopback address only.");
        return Ok(());
    }
    if demo::is_empty(backend).await? {
        println!("Making sample data …");
        fill(config, backend).await?;
    }
    match read(&config.data_dir)? {
        Some(sample) => print(&sample, config),
        None => Ok(()),
    }
}

async fn fill(config: &Config, backend: &Backend) -> anyhow::Result<()> {
    let sample = demo::fill(backend, &open::command_caller()?).await?;
    let (operator, secret) = (OPERATOR.to_owned(), sample.secret());
    let file = DemoFile {
        operator,
        password: sample.password,
        secret,
    };
    let path = config.data_dir.join(FILE);
    let mut options = OpenOptions::new();
    let mut out = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    out.write_all(toml::to_string(&file)?.as_bytes())?;
    Ok(())
}

fn read(data_dir: &Path) -> anyhow::Result<Option<Sample>> {
    let path = data_dir.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let file: DemoFile = toml::from_str(&fs::read_to_string(&path)?)
        .map_err(|_| anyhow::anyhow!("{} is not what we wrote; remove it", path.display()))?;
    Ok(demo::restored(file.password, &file.secret))
}

fn print(sample: &Sample, config: &Config) -> anyhow::Result<()> {
    println!("  Address        {}", config.public_url.origin());
    println!("  Operator       {OPERATOR}");
    println!("  Password       {}", sample.password);
    println!("  Current code   {}", sample.code(open::now()));
    Ok(())
}
