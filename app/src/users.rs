//! Users: the list, one user's overview and activity.

pub mod activity;
pub mod call;
mod delete;
mod edit;
mod fields;
pub mod head;
pub mod list;
mod manage;
mod new;
pub mod overview;
pub mod place;
mod search;
mod switch;
pub mod unlock;
mod words;

pub use activity::UserActivityPage;
pub use list::UsersPage;
pub use manage::note as disabled_note;
pub use new::NewUserPage;
pub use overview::UserPage;
pub use unlock::UnlockUserPage;
