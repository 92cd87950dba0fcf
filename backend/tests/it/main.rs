//! Deeds on a real database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod account;
mod check;
mod desk;
mod jobs;
mod manage;
mod numbers;
mod operator;
mod operators;
mod own;
mod proof;
mod races;
mod refused;
mod sessions;
mod start;
mod timing;
mod tokens;
mod users;
mod users_list;
