//! Users: people whose identity is verified.

mod activity;
pub mod create;
mod cursor;
mod list;
mod overview;
pub(crate) mod read;
mod refresh;
mod search;
mod wanted;

pub use activity::activity;
pub use create::{New, create};
pub use list::{Query, list};
pub use overview::overview;
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::refresh_all;
