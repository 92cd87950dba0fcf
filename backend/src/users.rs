<<<<<<< HEAD
//! Users: people whose identity is verified.
=======
//! Users: finding, reading and making them, and keeping what is derived of them.
>>>>>>> tokens

mod activity;
pub mod create;
mod cursor;
mod list;
mod overview;
pub(crate) mod read;
mod refresh;
mod search;

pub use activity::activity;
pub use create::{New, create};
<<<<<<< HEAD
pub use list::{Query, list};
pub use overview::overview;
=======
pub use list::{List, Query, TokenChip, UserRow, list};
>>>>>>> tokens
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::refresh_all;
