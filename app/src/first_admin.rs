//! One-time links: the first administrator, and an operator who lost password and token.

use leptos::prelude::*;

use crate::ui::action::Action;

/// The first administrator's password, then an app.
#[component]
pub fn FirstAdminPage() -> impl IntoView {
    view! { <Action title="First administrator">""</Action> }
}

/// A new password and app for an operator.
#[component]
pub fn OperatorResetPage() -> impl IntoView {
    view! { <Action title="New password and app">""</Action> }
}
