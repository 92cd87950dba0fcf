//! The steps of an enrolment that are done, and where the focus goes when one follows another.

use domain::UserId;
use domain::token_type::{DescriptionRule, TokenType};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

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

/// Puts the focus there if what had it is gone from the page. The page does not scroll: what is to
/// be looked at first may stand above.
pub(super) fn lead_to(selector: &'static str) {
    request_animation_frame(move || {
        let focused = document().active_element();
        if focused.is_some_and(|it| it.tag_name() != "BODY") {
            return;
        }
        let found = document().query_selector(selector).ok().flatten();
        if let Some(found) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let above = window().scroll_y().unwrap_or_default();
            drop(found.focus());
            window().scroll_to_with_x_and_y(0.0, above);
        }
    });
}
