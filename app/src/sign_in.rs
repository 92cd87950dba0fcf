//! Signing in, in two steps, and out.

use leptos::prelude::*;

use crate::ui::action::Action;

/// Name and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <Action title="Sign in">""</Action> }
}

/// The code.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    view! { <Action title="Enter your code">""</Action> }
}

/// The answer to a sign-out that could not be done, and its page without JavaScript.
#[component]
pub fn SignOutPage() -> impl IntoView {
    view! { <Action title="Sign out">""</Action> }
}
