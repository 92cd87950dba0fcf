//! Where the focus goes when what had it is gone from the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Puts the focus there if what had it is gone from the page. The page does not scroll: what is to
/// be looked at first may stand above.
pub fn lead_to(selector: &'static str) {
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
