//! `tokendesk serve`.

use anyhow::Context as _;
use axum::Router;
use clap::Args;
use tokio::net::TcpListener;

use crate::{config::Config, database::Database, stop_signal::StopSignal};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// First make sample users and tokens, if the private database is empty
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until it is told to stop, then ends what it started.
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let mut signal = StopSignal::listen()?;
        // First of all: a taken port should be said before anything is started.
        let listener = TcpListener::bind(config.listen).await.with_context(|| {
            format!(
                "cannot listen on {}; stop the program that uses this port, or set \
                 TOKENDESK_LISTEN to another address",
                config.listen
            )
        })?;
        let database = tokio::select! {
            database = Database::serve(config) => database?,
            _ = signal.received() => return Ok(()),
        };
        let served = self.serve(config, &database, listener, signal).await;
        database.stop().await;
        served
    }

    async fn serve(
        &self,
        config: &Config,
        database: &Database,
        listener: TcpListener,
        mut signal: StopSignal,
    ) -> anyhow::Result<()> {
        let _ = (self.demo, database.service_url(), database.owner_url());
        let router = Router::new().route("/", axum::routing::get(|| async { "Tokendesk" })); // backend call
        println!("Tokendesk is ready: {}", config.public_url.origin());
        let stopped = async move {
            signal.received().await;
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await?;
        Ok(())
    }
}
