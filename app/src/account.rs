//! The operator's own account.

use leptos::prelude::*;

use crate::ui::action::Action;

/// Own password, tokens and sessions.
#[component]
pub fn AccountPage() -> impl IntoView {
    view! { <Action title="Account">""</Action> }
}
