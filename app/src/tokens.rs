//! The Tokens tab, and the area of all pages about one user, in which an action opens as a dialog over
//! the page it came from.

mod action;
mod add;
mod call;
mod delete;
mod disable;
mod edit;
mod enable;
mod enrol;
mod head;
pub(crate) mod kind;
mod last;
mod list;
mod menu;
mod notices;
mod order;
mod outcome;
mod owned;
mod place;
mod replace;
mod reset;
mod result;
mod test;
mod unlock;
mod view;

use leptos::prelude::*;

pub(crate) use add::type_choice;
pub(crate) use head::{status as token_status, token_card};

use crate::ui::area::area;
use place::Here;

/// Everything below `/users/{user}`.
#[component]
pub fn UserArea() -> impl IntoView {
    area::<Here>()
}
