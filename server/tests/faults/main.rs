//! Faults under load. Every test starts real servers on a durable PostgreSQL of its own, lets clients verify
//! codes, many of them twice, breaks something meanwhile, and has a checker look at everything that was
//! answered and kept.
//!
//! `FAULT_SECONDS` is how long each fault goes on; `scripts/test long` sets minutes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod after;
mod audit_refused;
mod checker;
mod checker_tests;
mod commit_lost;
mod database_stopped;
mod hang_up;
mod load;
mod pool_full;
#[path = "../it/process.rs"]
mod process;
mod proxy;
mod recorder;
mod server_stopped;
mod two_servers;
mod world;
