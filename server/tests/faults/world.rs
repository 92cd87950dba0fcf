//! A durable PostgreSQL, two servers on it, and users who hold a counting token each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use backend::otp::codes;
use backend::seal::{self, Place, Seed};
use backend::{Backend, clients, migrate};
use domain::{Algorithm, Digits, Name};
use server::embedded::{Durability, Embedded};
use server::open;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::checker::{Kept, Result, Row, State};
use crate::process::{Folder, Server};

/// Users; each has one token.
pub const USERS: u8 = 96;

/// Somebody's device.
#[derive(Clone)]
pub struct Device {
    pub token: Uuid,
    pub username: String,
    bytes: Vec<u8>,
}

impl Device {
    /// The code at this counter.
    pub fn code(&self, counter: u64) -> String {
        let seed = Seed::new(self.bytes.clone());
        let codes = codes(&seed, Algorithm::Sha1, Digits::Six, counter..=counter);
        codes[0].1.clone()
    }

    /// A code that no counter near this one makes, another one for each `n`.
    pub fn wrong(&self, counter: u64, n: usize) -> String {
        let near = counter.saturating_sub(20)..=counter + 60;
        let seed = Seed::new(self.bytes.clone());
        let right = codes(&seed, Algorithm::Sha1, Digits::Six, near);
        let mut wrong = (0..1_000_000).map(|it| format!("{it:06}"));
        wrong
            .by_ref()
            .filter(|it| !right.iter().any(|(_, right)| right == it))
            .nth(n)
            .unwrap()
    }
}

/// What a fault is tried on.
pub struct World {
    pub folder: Folder,
    pub database: Embedded,
    /// As the owner of the tables, past the servers.
    pub owner: PgPool,
    pub servers: [Server; 2],
    pub devices: Vec<Device>,
    /// The application's key.
    pub key: String,
}

impl World {
    pub async fn new(name: &str) -> Self {
        Self::behind(name, |database| database.service_url()).await
    }

    /// The first server finds the database where `first` says.
    pub async fn behind(name: &str, first: impl Fn(&Embedded) -> String) -> Self {
        let folder = Folder::new(name);
        let database = Embedded::start(&folder.0, Durability::Durable)
            .await
            .unwrap();
        let owner = PgPoolOptions::new().max_connections(6);
        let owner = owner.acquire_timeout(Duration::from_secs(2));
        let owner = owner.connect(&database.owner_url()).await.unwrap();
        migrate::migrate(&owner).await.unwrap();
        migrate::grant(&owner, "tokendesk").await.unwrap();
        let keys = seal::create(&folder.0.join("keys.toml")).unwrap();
        seal::open(&owner, &keys, open::now()).await.unwrap();
        let backend = Backend::new(owner.clone(), keys, jiff::tz::TimeZone::UTC);
        let mut devices = Vec::new();
        for n in 0..USERS {
            devices.push(plant(&backend, n).await);
        }
        let (caller, name) = (
            open::command_caller().unwrap(),
            Name::parse("wiki").unwrap(),
        );
        let key = clients::create(&backend, &caller, &name, &["default".into()]).await;
        let servers = [
            Server::start(&folder.0, Some(&first(&database))).await,
            Server::start(&folder.0, Some(&database.service_url())).await,
        ];
        Self {
            folder,
            database,
            owner,
            servers,
            devices,
            key: key.unwrap(),
        }
    }

    /// The tables at one moment.
    pub async fn kept(&self) -> Kept {
        let mut tx = self.owner.begin().await.unwrap();
        sqlx::query("set transaction isolation level repeatable read")
            .execute(&mut *tx)
            .await
            .unwrap();
        let tokens =
            "select token_id, counter, failures from token_auth where seed_sealed is not null";
        let tokens: Vec<(Uuid, i64, i32)> =
            sqlx::query_as(tokens).fetch_all(&mut *tx).await.unwrap();
        let audit = "select a.id, t.token_id, a.result,
                         (extract(epoch from a.at) * 1000000)::bigint
                     from audit a join token_auth t on t.user_id = a.user_id
                     where a.action = 'token.verify' order by a.id";
        let audit: Vec<(i64, Uuid, String, i64)> =
            sqlx::query_as(audit).fetch_all(&mut *tx).await.unwrap();
        let requests = "select request_id, outcome ? 'Accepted' from request";
        let requests: Vec<(Uuid, bool)> =
            sqlx::query_as(requests).fetch_all(&mut *tx).await.unwrap();
        let state = |counter: i64, failures: i32| State {
            counter: counter.try_into().unwrap(),
            failures: failures.try_into().unwrap(),
        };
        let tokens = tokens.into_iter().map(|(id, c, f)| (id, state(c, f)));
        let row = |(id, token, result, at): (i64, Uuid, String, i64)| Row {
            id,
            token,
            result: match result.as_str() {
                "done" => Result::Done,
                "failed" => Result::Failed,
                _ => Result::Refused,
            },
            at,
        };
        Kept {
            tokens: tokens.collect::<BTreeMap<_, _>>(),
            audit: audit.into_iter().map(row).collect(),
            requests: requests.into_iter().collect(),
        }
    }

    /// Ends what it started, in order.
    pub async fn end(self) {
        drop(self.servers);
        self.owner.close().await;
        self.database.stop().await;
        drop(self.folder);
    }
}

async fn plant(backend: &Backend, n: u8) -> Device {
    let id = || backend::random::id(open::now()).unwrap();
    let (user, token) = (id(), id());
    let bytes = vec![n; 20];
    let seed = Seed::new(bytes.clone());
    let sealed = backend.keys.seal(&seed, Place::TokenSeed(token)).unwrap();
    let username = format!("user{n}");
    let sql = "with facts as (
                   insert into user_auth (user_id, realm_id, username_key)
                   select $1, id, $2 from realm where name = 'default' returning realm_id),
               person as (
                   insert into app_user (id, realm_id, username, sort_name, search, created_at,
                       updated_at)
                   select $1, realm_id, $2, $2, $2, now(), now() from facts)
               insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits,
                   period, seed_sealed)
               select $3, $1, id, kind, 'SHA1', 6, 30, $4 from token_type where kind = 'hotp'";
    sqlx::query(sql)
        .bind(user)
        .bind(&username)
        .bind(token)
        .bind(sealed)
        .execute(&backend.db)
        .await
        .unwrap();
    Device {
        token,
        username,
        bytes,
    }
}

/// What clients need of a world while it is broken.
#[derive(Clone)]
pub struct Doors {
    pub servers: [std::net::SocketAddr; 2],
    pub key: Arc<str>,
    pub owner: PgPool,
}

impl World {
    pub fn doors(&self) -> Doors {
        Doors {
            servers: [self.servers[0].address, self.servers[1].address],
            key: self.key.as_str().into(),
            owner: self.owner.clone(),
        }
    }
}
