//! Users: the list, one user's overview and activity.

use leptos::prelude::*;

use crate::ui::action::Action;

/// The list with its search.
#[component]
pub fn UsersPage() -> impl IntoView {
    view! {
        <Action title="Users"><a href=crate::paths::tokens(1)>"Tokens"</a></Action>
    }
}

/// One user's overview.
#[component]
pub fn UserPage() -> impl IntoView {
    view! { <Action title="Overview">""</Action> }
}

/// What happened to one user.
#[component]
pub fn UserActivityPage() -> impl IntoView {
    view! { <Action title="Activity">""</Action> }
}
