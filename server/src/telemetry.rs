//! Logs: lines on standard error, filtered by the setting `log`.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

/// Starts logging; `filter` has been checked when the settings were read.
pub fn start(filter: &str) {
    // That the migrations' own table exists already is no news.
    let filter = EnvFilter::new(format!("sqlx::postgres::notice=warn,{filter}"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .finish();
    // Fails only when it was started before, as tests do.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
