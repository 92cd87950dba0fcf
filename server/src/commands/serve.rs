//! `tokendesk serve`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::request::NewId;
use app::session::SecureCookies;
use backend::Backend;
use clap::Args;
use leptos::prelude::{LeptosOptions, provide_context};
use tokio::net::TcpListener;

use crate::api::{self, Api};
use crate::assets;
use crate::config::Config;
use crate::database::Database;
use crate::listen::{self, Limits, listen};
use crate::open;
use crate::router::{self, Doors, Pages};
use crate::stop_signal::StopSignal;

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
        let listener =
            listen::open(config.listen).map_err(|error| cannot_listen(config.listen, &error))?;
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
        let backend = open::backend(config, database).await?;
        let checks = open::for_the_api(&backend, database).await?;
        let (console, api) = (backend.clone(), checks.clone());
        let router = router::build(
            doors(config, backend.clone()),
            &Pages::console(),
            api::routes(Api {
                backend: checks,
                trusted_proxies: config.trusted_proxies.clone(),
                now: open::clock,
            }),
        );
        if self.demo {
            super::demo::offer(config, database, &backend).await?;
        }
        println!("Tokendesk is ready: {}", config.public_url.origin());
        first_administrator(config, &backend).await?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let ended = async move {
            let _stopped = stopped.await;
        };
        let jobs = tokio::spawn(backend::jobs::run(backend, open::now, ended));
        let limits = Limits::new(config.trusted_proxies.clone());
        listen(listener, router, limits, async move {
            signal.received().await;
        })
        .await?;
        let _jobs_ended_already = stop.send(());
        jobs.await?;
        // Ours close before the database does; what is still in use is cut off with it.
        let closed = async { tokio::join!(console.close(), api.close()) };
        let _in_time = tokio::time::timeout(Duration::from_secs(2), closed).await;
        Ok(())
    }
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "stop the program that uses this port, or set TOKENDESK_LISTEN to another, such as \
             127.0.0.1:3010"
        }
        io::ErrorKind::AddrNotAvailable => "set TOKENDESK_LISTEN to an address of this machine",
        _ => "set TOKENDESK_LISTEN to another address, such as 127.0.0.1:3010",
    };
    anyhow::anyhow!("cannot listen on {address}: {error}; {advice}")
}

/// While there is no administrator, each start prints a new link; earlier ones are void.
async fn first_administrator(config: &Config, backend: &Backend) -> anyhow::Result<()> {
    if let Some(secret) = backend::links::make_first(backend, &open::command_caller()?).await? {
        eprintln!(
            "There is no administrator yet. Once and within an hour:\n{}{}",
            config.public_url.origin(),
            app::paths::first(secret)
        );
    }
    Ok(())
}

fn doors(config: &Config, backend: Backend) -> Doors {
    let secure = SecureCookies(config.public_url.is_https());
    let leptos = LeptosOptions::builder()
        .output_name(assets::output_name(&config.site_root.join("pkg")))
        .site_root(config.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .build();
    Doors {
        leptos,
        public_url: config.public_url.origin().into(),
        trusted_proxies: config.trusted_proxies.clone(),
        now: open::clock,
        new_id: NewId(open::new_id),
        provide: Arc::new(move || {
            provide_context(backend.clone());
            provide_context(secure);
        }),
    }
}
