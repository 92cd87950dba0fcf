//! From settings and a database's address to a backend that is ready to work.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use backend::seal::{self, KeyRing};
use backend::{Actor, Backend, Caller, Via, migrate};
use domain::{Agent, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use crate::{config::Config, database::Database};

/// Connections of one server for the console, jobs and commands; PostgreSQL's default allows a hundred
/// in all.
const CONNECTIONS: u32 = 10;

/// Connections of one server for the API alone: they look up keys and serials. Checks make their own, four
/// for the API's and four for the console's at most (`backend::check`).
const API_CONNECTIONS: u32 = 4;

/// How long a request waits for a connection before it is told to come back later.
const WAIT: Duration = Duration::from_secs(4);

/// The clock; read here and at the doors, and nowhere else.
#[expect(
    clippy::disallowed_methods,
    reason = "the server is where the clock is read"
)]
pub fn clock() -> SystemTime {
    SystemTime::now()
}

/// The clock, as the backend counts.
pub fn now() -> Timestamp {
    timestamp(clock())
}

/// A reading of the clock, as the backend counts.
pub fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp(at.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }))
}

/// Whoever stands at the host's command line.
pub fn command_caller() -> anyhow::Result<Caller> {
    let trace = backend::random::id(now())?;
    let (actor, via) = (Actor::Command, Via::Command);
    Ok(Caller {
        actor,
        via,
        address: None,
        client_address: None,
        agent: Agent::default(),
        trace,
        now: now(),
        request: None,
    })
}

/// Brings the tables up to this version as their owner, and grants to the service's role.
pub async fn migrated(database: &Database) -> anyhow::Result<()> {
    let owner = pool(&database.owner_url(), 2)
        .await
        .context("the owner's login does not work")?;
    migrate::migrate(&owner)
        .await
        .context("the tables could not be brought up to this version")?;
    let service: PgConnectOptions = database.service_url().parse()?;
    if database.owner_url() != database.service_url() {
        migrate::grant(&owner, service.get_username()).await?;
    }
    owner.close().await;
    Ok(())
}

/// Opens the backend: the private database is migrated first; a given one must be current already.
pub async fn backend(config: &Config, database: &Database) -> anyhow::Result<Backend> {
    if database.is_embedded() {
        migrated(database).await?;
    }
    let db = pool(&database.service_url(), CONNECTIONS)
        .await
        .context("the database cannot be reached; look at DATABASE_URL and at the database")?;
    if !migrate::is_current(&db).await.unwrap_or(false) {
        bail!("the database is not of this version; run `tokendesk migrate` first");
    }
    if migrate::owns_audit(&db).await? {
        tracing::warn!(
            "the service owns its audit table and could rewrite it; give it a lesser login \
             (DATABASE_URL) than the owner's (TOKENDESK_OWNER_DATABASE_URL)"
        );
    }
    let had_keys = config.key_file.exists();
    let keys = key_ring(config, &db).await?;
    match seal::open(&db, &keys, now()).await {
        Err(error @ backend::Error::Seal(_)) if !had_keys => bail!(
            "{error}; another server started on this database for the first time as well: put a copy \
             of its key file in the place of {}, which has sealed nothing",
            config.key_file.display(),
        ),
        opened => opened?,
    }
    Ok(Backend::new(db, keys, config.time_zone.clone()))
}

/// The same backend on connections of the API's own: whatever floods the console, and everybody may post
/// to its sign-in, checks go on.
pub async fn for_the_api(backend: &Backend, database: &Database) -> anyhow::Result<Backend> {
    let db = pool(&database.service_url(), API_CONNECTIONS)
        .await
        .context("the database does not give the API its connections")?;
    Ok(backend.apart(db))
}

/// Reads the key file. Makes one only for a database that holds no sealed value yet.
async fn key_ring(config: &Config, db: &PgPool) -> anyhow::Result<KeyRing> {
    if config.key_file.exists() {
        return Ok(seal::load(&config.key_file)?);
    }
    let sealed: i64 = sqlx::query_scalar("select count(*) from key_canary")
        .fetch_one(db)
        .await?;
    if sealed > 0 {
        let ids: Vec<String> = sqlx::query_scalar("select key_id from key_canary order by 1")
            .fetch_all(db)
            .await?;
        bail!(
            "key file {} is missing, but this database is sealed with key {}; put the file back \
             from your backup",
            config.key_file.display(),
            ids.join(", "),
        );
    }
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder).context("the key file's folder cannot be made")?;
    }
    Ok(seal::create(&config.key_file)?)
}

async fn pool(url: &str, connections: u32) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("tokendesk");
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT)
        .connect_with(options.clone())
        .await;
    match pool {
        Err(sqlx::Error::PoolTimedOut) => Err(refusal(&options).await),
        pool => Ok(pool?),
    }
}

/// Why there is no connection: a pool that gave up only says that it waited.
async fn refusal(options: &PgConnectOptions) -> anyhow::Error {
    match tokio::time::timeout(WAIT, PgConnection::connect_with(options)).await {
        Ok(Err(error)) => error.into(),
        Ok(Ok(_)) => anyhow::anyhow!("it answers too slowly"),
        Err(_) => anyhow::anyhow!("it does not answer"),
    }
}

/// A number for a request: it stands on its response, in logs and in the audit.
pub fn new_id() -> String {
    backend::random::id(now())
        .unwrap_or_else(|_| Uuid::nil())
        .to_string()
}
