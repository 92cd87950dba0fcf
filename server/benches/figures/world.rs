//! A durable PostgreSQL, a release server on it, and an administrator who is signed in.

use std::net::SocketAddr;

use backend::seal::{self, KeyRing};
use backend::{Backend, clients, migrate};
use domain::Name;
use server::embedded::{Durability, Embedded};
use server::open;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};

use crate::process::{Folder, Server};

/// A database that no server runs on yet.
pub struct Ground {
    pub folder: Folder,
    pub database: Embedded,
    pub backend: Backend,
}

/// The same with its server.
pub struct World {
    pub ground: Ground,
    pub server: Server,
    /// Of the administrator's session.
    pub cookie: String,
    /// Of an application.
    pub key: String,
}

impl Ground {
    /// A migrated database. It has a quarter of the memory that is left, as PostgreSQL's manual advises, but
    /// no more than `share` MiB, and a checkpoint no sooner than after a quarter of an hour or 8 GB: each makes
    /// every page be written whole once more.
    pub async fn new(name: &str, share: u64) -> Self {
        let folder = Folder::new(name);
        let start = async || {
            Embedded::start(&folder.0, Durability::Durable)
                .await
                .unwrap()
        };
        let database = start().await;
        let mut superuser = PgConnection::connect(&superuser(&database)).await.unwrap();
        let settings = [
            format!("shared_buffers = '{}MB'", share.min(free() / 4)),
            "max_wal_size = '8GB'".to_owned(),
            "checkpoint_timeout = '15min'".to_owned(),
        ];
        for set in settings {
            let set = format!("alter system set {set}");
            superuser.execute(AssertSqlSafe(set)).await.unwrap();
        }
        superuser.close().await.unwrap();
        database.stop().await;
        let database = start().await;
        let owner = PgPool::connect(&database.owner_url()).await.unwrap();
        migrate::migrate(&owner).await.unwrap();
        migrate::grant(&owner, "tokendesk").await.unwrap();
        let keys: KeyRing = seal::create(&folder.0.join("keys.toml")).unwrap();
        seal::open(&owner, &keys, open::now()).await.unwrap();
        let backend = Backend::new(owner, keys, jiff::tz::TimeZone::UTC);
        Self {
            folder,
            database,
            backend,
        }
    }

    /// Past all rules; in the database itself.
    pub async fn superuser(&self) -> PgConnection {
        let url = superuser(&self.database);
        PgConnection::connect(&url).await.unwrap()
    }

    /// As a database that has run for a day: what checks read is in its memory, and no checkpoint is due. The
    /// extension comes with PostgreSQL's own packages; without it the first checks read the pages.
    pub async fn warm(&self) {
        let mut superuser = self.superuser().await;
        let warm = "create extension if not exists pg_prewarm;
                    select sum(pg_prewarm(c.oid)) from pg_class c
                    where c.relname ~ '^(user_auth|token_auth|token|app_user)(_pkey|_.*idx|_.*key)?$'
                        and c.relkind in ('r', 'i')";
        if let Err(cause) = sqlx::raw_sql(warm).execute(&mut superuser).await {
            println!("  not warmed: {cause}");
        }
        superuser.execute("checkpoint").await.unwrap();
    }

    /// Starts a server on it.
    pub async fn serve(self) -> World {
        let cookie = self.administrator().await;
        let (caller, name) = (
            open::command_caller().unwrap(),
            Name::parse("bench").unwrap(),
        );
        let key = clients::create(&self.backend, &caller, &name, &["default".into()]).await;
        let server = Server::start(&self.folder.0, Some(&self.database.service_url())).await;
        World {
            ground: self,
            server,
            cookie,
            key: key.unwrap(),
        }
    }

    /// An administrator's session.
    async fn administrator(&self) -> String {
        let secret = backend::random::secret().unwrap();
        let sql = "with facts as (
                       insert into user_auth (user_id, realm_id, username_key)
                       select gen_random_uuid(), id, 'bench' from realm where name = 'operators'
                       returning user_id, realm_id),
                   person as (
                       insert into app_user (id, realm_id, username, sort_name, search, created_at,
                           updated_at)
                       select user_id, realm_id, 'bench', 'bench', 'bench', now(), now() from facts
                       returning id),
                   operator as (
                       insert into operator (user_id, created_at) select id, now() from person
                       returning user_id),
                   role as (
                       insert into operator_role (operator_id, role_id)
                       select user_id, r.id from operator, role r where r.key = 'administrator')
                   insert into session (id, secret_hash, operator_id, half, created_at, last_seen_at,
                       ends_at)
                   select gen_random_uuid(), $1, user_id, false, now(), now(), now() + '12 h' from operator";
        let hash = backend::random::hash(&secret);
        let session = sqlx::query(sql).bind(hash).execute(&self.backend.db);
        session.await.unwrap();
        format!("tokendesk={secret}")
    }
}

impl World {
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Ends what it started, in order, and removes it.
    pub async fn end(self) {
        drop(self.server);
        self.ground.backend.db.close().await;
        self.ground.database.stop().await;
    }
}

fn superuser(database: &Embedded) -> String {
    database
        .owner_url()
        .replace("tokendesk_owner@", "postgres@")
}

/// MiB of memory that nobody uses.
fn free() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        / 1024
}
