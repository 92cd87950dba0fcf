//! Wakes the pages in the browser.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, when the browser has loaded this file.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
