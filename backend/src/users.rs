//! Users: people whose identity is verified.

pub mod create;
pub(crate) mod read;
mod refresh;

pub use create::{New, create};
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::refresh_all;
