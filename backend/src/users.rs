//! Users: people whose identity is verified.

mod activity;
mod changes;
mod contacts;
pub mod create;
mod cursor;
mod delete;
mod edit;
mod glance;
mod inside;
pub(crate) mod last_use;
mod list;
mod managed;
mod order;
mod overview;
mod pages;
pub(crate) mod read;
mod refresh;
mod search;
mod source;
mod switch;
mod unlock;
mod wanted;

pub use activity::activity;
pub use create::{New, create};
pub use delete::delete;
pub use edit::{Edit, edit};
pub use list::{Query, list};
pub use managed::{managed, realms};
pub use overview::overview;
pub use read::find;
pub(crate) use refresh::refresh;
pub use refresh::{Run, refresh_all, refresh_since};
pub use switch::{disable, enable};
pub use unlock::unlock;
