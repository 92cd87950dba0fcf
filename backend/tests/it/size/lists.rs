//! A large load, what there is to look at, and what the database counted of a look.

use crate::desk::Desk;
use crate::operator::{self, Works};
use backend::tokens::{self, Found};
use backend::users::{self, Query};
use backend::{Actor, Caller, account, sessions};
use domain::activity::{Events, Part};
use domain::{BuiltInRole, RealmId, Serial, UserId};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use uuid::Uuid;

/// Of any table; the load has 20,000 users and more of the rest.
pub const ROWS: i64 = 10_000;

/// The user whom somebody guesses at.
const GUESSED_AT: u128 = 4;
/// The user who signs in all day, and failed a few times before.
const BUSY: u128 = 5;
pub const TOKEN: &str = "HOTP-C6EF362Y";
pub const CLINIC: RealmId = RealmId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_000a));
pub const ANNEX: RealmId = RealmId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_000b));

pub fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

/// Something to look at.
#[derive(Debug)]
pub enum Look {
    Users(Query),
    Overview,
    Activity(Part),
    Failures,
    Tokens,
    Token(Serial),
    Gone(Serial),
    Account,
    Session,
}

pub struct Lists {
    pub desk: Desk,
    pub officer: Caller,
    owner: Caller,
    cookie: String,
}

impl Lists {
    pub async fn new(db: &PgPool) -> Self {
        let works = Works::new(db).await;
        let load = include_str!("load.sql");
        let mut connection = db.acquire().await.unwrap();
        sqlx::raw_sql(load).execute(&mut *connection).await.unwrap();
        // what it counted is handed in when it closes, and not in the middle of a list
        connection.close().await.unwrap();
        // one connection, which can be told to hand in what it has counted
        let one = PgPoolOptions::new().max_connections(1);
        let one = one.connect_with((*db.connect_options()).clone()).await;
        let desk = Desk::new(&one.unwrap());
        let mut officer = desk.of_role(BuiltInRole::TokenOfficer, None).await;
        if let Actor::Operator { grants, .. } = &mut officer.actor {
            grants[0].realms.extend([CLINIC, ANNEX]);
        }
        let actor = sessions::actor(&desk.backend, &works.cookie, operator::NOW);
        let owner = Caller {
            actor: actor.await.unwrap(),
            ..operator::nobody(operator::NOW)
        };
        Self {
            desk,
            officer,
            owner,
            cookie: works.cookie,
        }
    }

    /// The rows that the list shows.
    pub async fn look(&self, at: &Look) -> usize {
        let (backend, officer, user) = (&self.desk.backend, &self.officer, user(GUESSED_AT));
        match at {
            Look::Users(query) => {
                let list = users::list(backend, officer, query).await.unwrap();
                list.page.rows.len()
            }
            Look::Overview => {
                let it = users::overview(backend, officer, user).await.unwrap();
                it.recent.len()
            }
            Look::Activity(part) => {
                let it = users::activity(backend, officer, user, part).await;
                it.unwrap().entries.len()
            }
            Look::Failures => {
                let part = Part {
                    events: Events::Failures,
                    ..Part::default()
                };
                let user = self::user(BUSY);
                let it = users::activity(backend, officer, user, &part).await;
                it.unwrap().entries.len()
            }
            Look::Tokens => {
                let it = tokens::tab(backend, officer, user).await.unwrap();
                it.tokens.len()
            }
            Look::Token(serial) => match tokens::find(backend, officer, user, serial).await {
                Ok(Found::Here(it)) => it.history.len(),
                _ => panic!("{serial:?} is not there"),
            },
            Look::Gone(serial) => {
                let it = tokens::find(backend, officer, user, serial).await;
                assert!(it.is_err());
                1
            }
            Look::Account => account::look(backend, &self.owner)
                .await
                .unwrap()
                .sessions
                .len(),
            Look::Session => {
                let actor = sessions::actor(backend, &self.cookie, operator::NOW).await;
                usize::from(actor.is_ok())
            }
        }
    }

    /// Of each large table, how often it was read from end to end, but for what is empty, and the rows that
    /// were looked at.
    pub async fn counted(&self) -> BTreeMap<String, (i64, i64)> {
        let hand_in = sqlx::query("select pg_stat_force_next_flush()");
        hand_in.execute(&self.desk.backend.db).await.unwrap();
        // the audit's months are one table
        let tables = sqlx::query_as::<_, (String, i64, i64)>(
            "select case when relname like 'audit%' then 'audit' else relname::text end as name,
                 sum(case when n_live_tup > 0 then seq_scan else 0 end)::bigint,
                 sum(seq_tup_read + coalesce((select sum(i.idx_tup_read) from pg_stat_user_indexes i
                                              where i.relid = t.relid), 0))::bigint
             from pg_stat_user_tables t
             where relname ~ '^(app_user|user_auth|last_use|contact|token|token_auth|audit.*|operator|session)$'
             group by name",
        );
        let tables = tables.fetch_all(&self.desk.backend.db).await.unwrap();
        tables
            .into_iter()
            .map(|(name, whole, rows)| (name, (whole, rows)))
            .collect()
    }

    /// Rows of users that an index led to, in the table itself.
    pub async fn fetched(&self) -> i64 {
        let db = &self.desk.backend.db;
        let hand_in = sqlx::query("select pg_stat_force_next_flush()");
        hand_in.execute(db).await.unwrap();
        let fetched = sqlx::query_scalar(
            "select idx_tup_fetch from pg_stat_user_tables where relname = 'app_user'",
        );
        fetched.fetch_one(db).await.unwrap()
    }

    /// What is wrong with how a list is read; empty when nothing is.
    pub async fn complaint(&self, name: &str, at: &Look) -> String {
        self.complaint_above(ROWS, name, at).await
    }

    pub async fn complaint_above(&self, most: i64, name: &str, at: &Look) -> String {
        let before = self.counted().await;
        let shown = self.look(at).await;
        let mut complaint = String::new();
        for (table, (whole, rows)) in self.counted().await {
            let (whole, rows) = (whole - before[&table].0, rows - before[&table].1);
            if whole > 0 || rows > most {
                let _ = writeln!(
                    complaint,
                    "{name}: {rows} rows of {table}, {whole} times from end to end"
                );
            }
        }
        if shown == 0 {
            let _ = writeln!(complaint, "{name}: nothing is shown");
        }
        complaint
    }
}
