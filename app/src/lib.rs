//! Tokendesk pages.
