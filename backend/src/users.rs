//! Users: people whose identity is verified.

mod activity;
pub mod create;
mod cursor;
mod list;
mod overview;
pub(crate) mod read;
mod refresh;
mod search;

pub use activity::{Activity, activity};
pub use create::{New, create};
pub use list::{Chip, List, Mark, Query, UserRow, list};
pub use overview::{Overview, overview};
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::refresh_all;
