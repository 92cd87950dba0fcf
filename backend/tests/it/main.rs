//! Deeds on a real database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod account;
mod audit_role;
mod batch;
mod check;
mod delete;
mod desk;
mod edit;
mod guessing;
mod jobs;
mod manage;
mod numbers;
mod operator;
mod operators;
mod own;
mod own_account;
mod proof;
mod races;
mod refused;
mod replace;
mod replay;
mod reset;
mod sessions;
mod start;
mod table;
mod timing;
mod token_types;
mod tokens;
mod unlock;
mod users;
mod users_list;
