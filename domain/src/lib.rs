//! Tokendesk words and rules.

pub mod moment;
