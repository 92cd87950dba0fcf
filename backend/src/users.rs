//! Users: finding, reading and making them, and keeping what is derived of them.

mod activity;
pub mod create;
mod list;
pub(crate) mod read;
mod refresh;

pub use activity::activity;
pub use create::{New, create};
pub use list::{List, Query, TokenChip, UserRow, list};
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::refresh_all;
