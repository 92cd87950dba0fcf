//! Shapes: they know no token and no user.

pub mod action;
pub mod form;
pub mod load;
pub mod problem;
