//! Tokendesk's doors: configuration, routes, headers, REST; and the commands that open them.

pub mod commands;
pub mod config;
pub mod database;
pub mod embedded;
pub mod stop_signal;
pub mod telemetry;
