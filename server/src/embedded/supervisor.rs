//! Keeps the database server running: starts it again when it dies, ends it when we end.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{
    cluster,
    error::StartError,
    lock::Lock,
    percent_encoded,
    postmaster::{PORT, Postmaster, Running},
};

/// Between two attempts to start a server that died.
const BETWEEN_RESTARTS: Duration = Duration::from_millis(500);

/// How long a first start is tried again: children of a killed server may still hold its memory.
const FIRST_START: Duration = Duration::from_secs(5);

/// The task that keeps one cluster running.
pub(super) struct Supervisor {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts the server and resolves when it answers; the lock is held until it has ended.
    pub(super) async fn start(postmaster: Postmaster, lock: Lock) -> Result<Self, StartError> {
        postmaster.stop_leftover().await?;
        let running = first_start(&postmaster).await?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(keep_running(postmaster, running, stopped, lock));
        Ok(Self { stop, task })
    }

    /// Ends the server, and resolves when it has ended.
    pub(super) async fn stop(self) {
        // An error means that the task has ended, which is what we want.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn first_start(postmaster: &Postmaster) -> Result<Running, StartError> {
    let begun = Instant::now();
    loop {
        let mut running = postmaster.spawn()?;
        match answers(postmaster, &mut running).await {
            Ok(()) => return Ok(running),
            Err(error) if begun.elapsed() > FIRST_START => return Err(error),
            Err(_) => sleep(BETWEEN_RESTARTS).await,
        }
    }
}

/// Resolves when the server answers, which after a crash is when it has recovered; fails when it
/// ends before.
async fn answers(postmaster: &Postmaster, running: &mut Running) -> Result<(), StartError> {
    let folder = percent_encoded(postmaster.socket_folder());
    let url = format!("postgres://{}@{folder}:{PORT}/postgres", cluster::SUPERUSER);
    let begun = Instant::now();
    let mut told = false;
    loop {
        if let Some(status) = running.has_ended() {
            let said = format!("{status}: {}", postmaster.last_words());
            return Err(StartError::Program {
                program: "postgres",
                said,
            });
        }
        if let Ok(connection) = PgConnection::connect(&url).await {
            // The server closes its end by itself if this fails.
            let _ = connection.close().await;
            return Ok(());
        }
        if !told && begun.elapsed() > Duration::from_secs(5) {
            told = true;
            tracing::info!("PostgreSQL is still starting; after a crash it first recovers");
        }
        sleep(Duration::from_millis(30)).await;
    }
}

async fn keep_running(
    postmaster: Postmaster,
    first: Running,
    mut stopped: oneshot::Receiver<()>,
    _lock: Lock,
) {
    let mut current = Some(first);
    loop {
        match current.take() {
            Some(mut running) => tokio::select! {
                // A dropped sender ends it too.
                _ = &mut stopped => return running.stop().await,
                status = running.ended() => {
                    tracing::error!(status, "PostgreSQL ended by itself; starting it again");
                }
            },
            None => tokio::select! {
                _ = &mut stopped => return,
                () = sleep(BETWEEN_RESTARTS) => match postmaster.spawn() {
                    Ok(running) => current = Some(running),
                    Err(error) => tracing::error!(%error, "PostgreSQL does not start"),
                }
            },
        }
    }
}
