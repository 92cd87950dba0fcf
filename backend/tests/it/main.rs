//! Deeds on a real database.

mod check;
mod desk;
mod proof;
mod races;
mod tokens;
