//! The binary and its doors, tried from outside: by plain HTTP, and on a real PostgreSQL.
#![expect(missing_docs, reason = "tests are sentences")]

mod demo;
mod embedded;
mod forms;
mod headers;
