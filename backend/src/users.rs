//! Users: reading them, and keeping what is derived of them.

pub(crate) mod read;
mod refresh;

pub use read::find;
pub(crate) use refresh::refresh;
