//! Tokendesk's deeds on PostgreSQL. Four mechanisms carry all of them: a **permit** says who may
//! (`auth`), a **change** is the only way to write (`change`), a **check** decides a code (`check`), and
//! every answer of a repeated form is remembered (`change::Begun`).

pub mod account;
pub mod audit;
pub mod auth;
pub mod change;
pub mod check;
pub mod clients;
pub mod demo;
pub mod error;
pub mod fold;
pub mod instant;
pub mod jobs;
pub mod links;
pub mod migrate;
pub mod operators;
pub mod otp;
pub mod random;
pub mod rate_limit;
pub mod realms;
pub mod seal;
pub mod sessions;
pub mod sign_in;
mod switched;
pub mod token_types;
pub mod tokens;
pub mod turns;
pub mod users;

use jiff::tz::TimeZone;
use seal::KeyRing;
use sqlx::PgPool;
use std::sync::Arc;

pub use auth::{Actor, Caller, Permit, Via};
pub use change::{Begun, Change};
pub use error::{Error, Result, Taken};
/// Why the database did not answer.
pub use sqlx::Error as DbError;
pub use switched::Switched;

/// What every deed needs; made once, cheap to clone.
#[derive(Clone)]
pub struct Backend {
    /// Connections as the service's role.
    pub db: PgPool,
    /// Seals seeds, and keys the digests of requests.
    pub keys: Arc<KeyRing>,
    /// The zone of the installation, in which days end.
    pub zone: TimeZone,
    /// The checks under way in this process.
    pub checks: Arc<check::Checks>,
    /// Operators who change what is their own, one change at a time.
    pub accounts: Arc<turns::Turns>,
    /// Who asks too often.
    pub over: Arc<rate_limit::Over>,
    /// Applications, by their keys.
    pub clients: Arc<clients::Known>,
}

impl Backend {
    /// Puts the parts together; `keys` has been checked against the database by [`seal::open`].
    pub fn new(db: PgPool, keys: KeyRing, zone: TimeZone) -> Self {
        let keys = Arc::new(keys);
        Self {
            checks: check::Checks::new(&db, &keys),
            accounts: Arc::default(),
            over: Arc::default(),
            clients: Arc::default(),
            db,
            keys,
            zone,
        }
    }

    /// The same deeds on connections of their own and with turns of their own: whoever uses up the ones
    /// takes nothing from the others.
    #[must_use]
    pub fn apart(&self, db: PgPool) -> Self {
        Self {
            checks: check::Checks::new(&db, &self.keys),
            db,
            ..self.clone()
        }
    }

    /// Takes no question in any more, waits for the answers to those under way, and closes the connections.
    pub async fn close(&self) {
        self.checks.close().await;
        self.db.close().await;
    }
}
