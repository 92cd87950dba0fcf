//! Tokendesk's doors: configuration, routes, headers, REST; and the commands that open them.

pub mod api;
pub mod assets;
pub mod commands;
pub mod config;
pub mod database;
pub mod embedded;
pub mod forms;
pub mod headers;
pub mod listen;
mod notice;
pub mod open;
pub mod peer;
pub mod router;
pub mod stop_signal;
pub mod telemetry;
