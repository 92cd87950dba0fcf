//! Keeps the address bar true: the router does not add a step forward to its own history, and a
//! link to the page gone back to then changes the page but not the address.

use crate::ui::live::effect;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Compares the router's address with the browser's on the frame after each change, and corrects
/// the browser's.
#[component]
pub fn AddressGuard(routing: ReadSignal<bool>) -> impl IntoView {
    let here = use_location();
    effect(move |_| {
        here.pathname.track();
        here.search.track();
        if routing.get() {
            return;
        }
        request_animation_frame(move || {
            if routing.try_get_untracked() == Some(false) {
                correct(&here.pathname.get_untracked(), &here.search.get_untracked());
            }
        });
    });
}

fn correct(path: &str, search: &str) {
    let location = window().location();
    let (Ok(shown), Ok(shown_search)) = (location.pathname(), location.search()) else {
        return;
    };
    let search = search.trim_start_matches('?');
    if shown == path && shown_search.trim_start_matches('?') == search {
        return;
    }
    let address = if search.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{search}")
    };
    if let Ok(history) = window().history() {
        let nothing = wasm_bindgen::JsValue::NULL;
        drop(history.push_state_with_url(&nothing, "", Some(&address)));
    }
}
