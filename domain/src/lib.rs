//! Tokendesk words and rules.
