//! The operator's own account: one area in which a question opens as a dialog over the page.

mod add;
mod browser;
mod call;
mod confirm;
mod page;
mod place;

use leptos::prelude::*;

pub use call::{
    AddOwnApp, ChangePassword, EndSessions, Made, OwnAccount, ProveOwnApp, RemoveOwnApp,
};

use crate::ui::area::area;
use place::Place;

/// Everything below `/account`.
#[component]
pub fn AccountArea() -> impl IntoView {
    area::<Place>()
}
