//! The steps of an enrolment that are done.

use domain::UserId;
use domain::token_type::{DescriptionRule, TokenType};
use leptos::prelude::*;

use crate::paths;

/// The chosen type, and the way back to the choice.
pub(super) fn chosen(token_type: &TokenType, user: UserId) -> impl IntoView + use<> {
    view! {
        <li data-done="">
            <div class="row">
                <h2>{token_type.name.clone()} {done()}</h2>
                <a class="link" href=paths::new_token(user)>"Change"</a>
            </div>
        </li>
    }
}

/// What the device is called; no step for a type that does not ask.
pub(super) fn described(rule: DescriptionRule, description: &str) -> Option<AnyView> {
    if rule == DescriptionRule::Hidden {
        return None;
    }
    let words = match description {
        "" => "None",
        words => words,
    };
    let words = words.to_owned();
    Some(
        view! {
            <li data-done="">
                <h2>"Description" {done()}</h2>
                <p class="muted">{words}</p>
            </li>
        }
        .into_any(),
    )
}

fn done() -> impl IntoView {
    view! { <span class="visually-hidden">", done"</span> }
}
