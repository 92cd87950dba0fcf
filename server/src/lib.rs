//! Tokendesk's doors: configuration, routes, headers, REST; and the commands that open them.

pub mod config;
pub mod embedded;
