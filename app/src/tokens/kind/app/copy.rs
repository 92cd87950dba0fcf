//! The button that copies the secret.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use crate::page::{Notice, page};
use crate::ui::icon::Icon;
use crate::ui::live::{effect, heard};

/// Copies the secret as apps take it, without its blanks. Hidden until it works: browsers lend the
/// clipboard to pages from a safe origin only.
#[component]
pub(super) fn CopyButton(
    /// The secret in groups.
    secret: String,
) -> impl IntoView {
    let works = RwSignal::new(false);
    effect(move |_| works.set(window().is_secure_context()));
    let notice = page().notice;
    let copy = move |_| {
        let bare: String = secret.split_whitespace().collect();
        let copied = Closure::once(move |_: JsValue| say(notice, "Copied", ""));
        let refused = Closure::once(move |_: JsValue| {
            say(notice, "Not copied", "Select the secret and copy it.");
        });
        let clipboard = window().navigator().clipboard();
        let _ = clipboard.write_text(&bare).then2(&copied, &refused);
        // one of the two is called later
        copied.forget();
        refused.forget();
    };
    view! {
        <button class="btn" data-variant="ghost" data-icon="" data-size="sm" type="button"
            aria-label="Copy secret" hidden=move || !works.get() on:click=heard(copy)>
            <Icon icon=Icon::Copy/>
        </button>
    }
}

fn say(notice: RwSignal<Option<Notice>>, title: &str, about: &str) {
    let _gone = notice.try_set(Some(Notice::new(title, about)));
}
