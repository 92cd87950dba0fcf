//! The checks under way in this process: the queue, the batches that empty it, and their connections.

use super::asked::{Asked, Entry, Told};
use super::batch::{self, Failed, Means, Settled};
use super::begun::Begun;
use super::decoys::Decoys;
use super::queue::Queue;
use crate::error::{Error, Result};
use crate::seal::KeyRing;
use crate::turns::Turns;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection, PgPool};
use std::hash::RandomState;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How often a question is tried again: some five seconds in all.
const AGAIN_AT_MOST: u32 = 30;
/// After how long the first time; then after twice the time, up to the longest.
const FIRST_AGAIN: Duration = Duration::from_micros(750);
const LONGEST_AGAIN: Duration = Duration::from_millis(200);
/// How long a batch may take on its connection. Statements have their own limits, which the database keeps: this
/// one is for a database that says nothing any more.
const BATCH: Duration = Duration::from_secs(6);
/// How long anybody waits for an answer: a batch more than a question may wait for its turn.
const ANSWER: Duration = Duration::from_secs(20);
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(4);
/// A batch waits for nothing long, for everybody waits for it. It is planned once, for any length: also where
/// a table was empty then, each row is to be found by an index for ever after, and neither the table nor a
/// whole index read to join them.
const SESSION: &str = "set lock_timeout = '100ms'; set statement_timeout = '3s';
    set idle_in_transaction_session_timeout = '5s'; set plan_cache_mode = force_generic_plan; set jit = off;
    set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off";

/// The queue and all that its batches need; one per process and door.
#[derive(Debug)]
pub struct Checks {
    pub(super) queue: Queue,
    lines: RandomState,
    options: PgConnectOptions,
    /// Connections that no batch holds.
    idle: Mutex<Vec<PgConnection>>,
    keys: Arc<KeyRing>,
    decoys: Decoys,
    /// A batch has ended.
    ended: Notify,
    /// Proofs of enrolments: one at a time of each user.
    pub(super) proofs: Arc<Turns>,
}

impl Checks {
    /// Nothing is under way. Connections are made as `db` makes its own, when they are needed.
    pub fn new(db: &PgPool, keys: &Arc<KeyRing>) -> Arc<Self> {
        let options = (*db.connect_options()).clone();
        Arc::new(Self {
            queue: Queue::default(),
            lines: RandomState::new(),
            options: options.application_name("tokendesk checks"),
            idle: Mutex::default(),
            keys: Arc::clone(keys),
            decoys: Decoys::new(keys),
            ended: Notify::new(),
            proofs: Arc::default(),
        })
    }

    /// Asks, and waits for the answer. From its coming on the question belongs to the queue: whoever hangs up
    /// changes nothing.
    pub(super) async fn ask(self: &Arc<Self>, asked: Asked) -> Result<Told> {
        let (entry, told) = Entry::new(asked, &self.lines);
        self.queue.come(entry)?;
        self.start();
        let lost = Error::Overloaded("the check did not end");
        match tokio::time::timeout(ANSWER, told).await {
            Ok(Ok(told)) => told,
            Ok(Err(_)) | Err(_) => Err(lost),
        }
    }

    /// Takes no question in any more, waits until those that came are answered, and closes the connections.
    pub async fn close(&self) {
        self.queue.close();
        loop {
            let ended = self.ended.notified();
            if self.queue.is_empty() {
                break;
            }
            ended.await;
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection did not close in order");
            }
        }
    }

    /// Begins a batch if one is due.
    fn start(self: &Arc<Self>) {
        if self.queue.begin() {
            tokio::spawn(Arc::clone(self).batches());
        }
    }

    /// One batch after the other, while they are due.
    async fn batches(self: Arc<Self>) {
        loop {
            // whoever has been woken already comes along
            tokio::task::yield_now().await;
            let entries = self.queue.fill();
            if entries.is_empty() {
                self.queue.ended(true);
            } else {
                let begun = Begun::new(&self, &entries);
                let batch = tokio::spawn(Arc::clone(&self).batch(entries, begun));
                if let Err(cause) = batch.await {
                    tracing::error!(%cause, "a batch of checks did not end");
                }
            }
            self.ended.notify_waiters();
            if !self.queue.begin() {
                return;
            }
        }
    }

    async fn batch(self: Arc<Self>, entries: Vec<Entry>, mut begun: Begun) {
        let tried = self.run(&entries, &mut begun).await;
        match tried {
            Ok(settled) => {
                let (mut again, mut answers) = (Vec::new(), Vec::new());
                for (entry, settled) in entries.into_iter().zip(settled) {
                    match settled {
                        Settled::Told(told) => answers.push((entry, told)),
                        Settled::Again => again.push(entry),
                    }
                }
                // their places are free before they hear it: they may ask again at once
                self.again(again, begun);
                for (entry, told) in answers {
                    entry.tell(told);
                }
            }
            Err(failed) => self.failed(entries, failed, begun),
        }
    }

    /// Runs a batch on a connection, which is kept where it is still good.
    async fn run(
        self: &Arc<Self>,
        entries: &[Entry],
        begun: &mut Begun,
    ) -> std::result::Result<Vec<Settled>, Failed> {
        let mut connection = self.connection().await?;
        let means = Means {
            keys: &self.keys,
            decoys: &self.decoys,
        };
        let trying = batch::run(&mut connection, &means, entries, || {
            begun.settles();
            self.start();
        });
        let ended = tokio::time::timeout(BATCH, trying).await;
        let tried = match ended {
            Ok(tried) => tried,
            Err(_) => Err(Failed {
                cause: Error::Db(sqlx::Error::PoolTimedOut),
                committing: begun.settling(),
            }),
        };
        // Whatever else went wrong may be the session's own: one that may write no more, say.
        let good = match &tried {
            Ok(_) => true,
            Err(Failed { cause, committing }) => {
                !committing && (cause.is_passing() || !matches!(cause, Error::Db(_)))
            }
        };
        if good {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(connection);
        }
        tried
    }

    async fn connection(&self) -> Result<PgConnection> {
        let idle = || {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()
        };
        if let Some(connection) = idle() {
            return Ok(connection);
        }
        let connecting = async {
            let mut connection = PgConnection::connect_with(&self.options).await?;
            sqlx::raw_sql(SESSION).execute(&mut connection).await?;
            Ok(connection)
        };
        match tokio::time::timeout(CONNECT, connecting).await {
            Ok(connection) => connection,
            Err(_) => Err(Error::Db(sqlx::Error::PoolTimedOut)),
        }
    }

    /// An error has one outcome for all of the batch: tried again, then that nothing is known.
    fn failed(self: &Arc<Self>, entries: Vec<Entry>, failed: Failed, begun: Begun) {
        let Failed { cause, committing } = failed;
        let of_many = entries.len() > 1;
        if committing {
            tracing::warn!(%cause, checks = entries.len(), "whether a commit stands is not known");
            for entry in entries {
                entry.tell(Err(Error::Overloaded("the commit was not answered")));
            }
        } else if (cause.is_passing() && !(of_many && is_held(&cause))) || is_broken(&cause) {
            tracing::debug!(%cause, checks = entries.len(), "a batch is tried again");
            self.again(entries, begun);
        } else if of_many {
            // perhaps it is one of them: the others shall not suffer by it
            tracing::warn!(%cause, checks = entries.len(), "a batch is tried again one by one");
            let mut alone = entries;
            for entry in &mut alone {
                entry.alone = true;
            }
            self.again(alone, begun);
        } else if let Some(entry) = entries.into_iter().next() {
            entry.tell(Err(cause));
        }
    }

    /// Has entries tried again a little later, a bounded number of times.
    fn again(self: &Arc<Self>, entries: Vec<Entry>, mut begun: Begun) {
        let mut again = Vec::new();
        for mut entry in entries {
            entry.tries += 1;
            if entry.tries > AGAIN_AT_MOST || entry.is_late() {
                entry.refuse("the user's row is held by others");
            } else {
                again.push(entry);
            }
        }
        begun.keep(&again);
        drop(begun);
        let Some(tries) = again.iter().map(|entry| entry.tries).min() else {
            return;
        };
        let checks = Arc::clone(self);
        tokio::spawn(async move {
            let doubled = FIRST_AGAIN * 2_u32.pow(tries.min(16) - 1);
            tokio::time::sleep(doubled.min(LONGEST_AGAIN)).await;
            checks.queue.again(again);
            checks.start();
        });
    }
}

/// Whether the connection is of no use any more: it broke off, or the database ends it or has none to give.
/// (A value that cannot be read is no such thing: another connection would not help.)
fn is_broken(cause: &Error) -> bool {
    let Error::Db(cause) = cause else {
        return false;
    };
    if let Some(cause) = cause.as_database_error() {
        let code = cause.code().unwrap_or_default();
        return ["08", "53", "57"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    matches!(
        cause,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::BeginFailed
    )
}

/// Whether something that one question needs is held by somebody else: those beside it shall not wait for it.
fn is_held(cause: &Error) -> bool {
    let Error::Db(sqlx::Error::Database(cause)) = cause else {
        return false;
    };
    cause.code().as_deref() == Some("55P03")
}
