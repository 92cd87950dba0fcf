//! The binary and its doors, tried from outside on a real PostgreSQL.
#![expect(missing_docs, reason = "tests are sentences")]

mod embedded;
