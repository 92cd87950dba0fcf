//! Users: the list, one user's overview and activity.

pub mod activity;
pub mod call;
pub mod head;
pub mod list;
pub mod overview;
mod search;
mod words;

pub use activity::UserActivityPage;
pub use list::UsersPage;
pub use overview::UserPage;
