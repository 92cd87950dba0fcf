//! Wakes the pages in the browser.

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, when the browser has loaded this file. Says on the root element when the page is
/// awake: by the next frame all that was waiting for its data has run.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            drop(root.set_attribute("data-awake", ""));
        }
    });
}
