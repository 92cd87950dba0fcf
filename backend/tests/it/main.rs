//! Deeds on a real database.

mod check;
mod desk;
mod operator;
mod operators;
mod proof;
mod races;
