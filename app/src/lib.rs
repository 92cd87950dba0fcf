//! Tokendesk pages.

pub mod ui;
