//! Tokendesk deeds on PostgreSQL.
