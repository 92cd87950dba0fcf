//! Logs: lines on standard error, filtered by the setting `log`.

use tracing_subscriber::EnvFilter;

/// Starts logging; `filter` has been checked when the settings were read.
pub fn start(filter: &str) {
    let filter = EnvFilter::new(filter);
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .finish();
    // Fails only when it was started before, as tests do.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
