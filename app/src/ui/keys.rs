//! The keyboard map of lists, rows and the token page. What a key does stands on the page itself, as
//! `aria-keyshortcuts` of a link: a key only follows links that are there, and is never a way around.

use crate::ui::live::effect;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What lies over the page, opened by a key or by its button in the sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// *Search or jump to*.
    Jump,
    /// The list of keys.
    Shortcuts,
}

/// What is open over the page, in context in the frame.
#[derive(Clone, Copy)]
pub struct Overlay(pub RwSignal<Option<Over>>);

/// Where the browser remembers that single keys are off.
const STORED: &str = "tokendesk.single-keys";

/// Whether single keys do something, in this browser.
pub fn single_keys() -> bool {
    let stored = storage().and_then(|it| it.get_item(STORED).ok().flatten());
    stored.as_deref() != Some("off")
}

/// Switches single keys on or off, in this browser.
pub fn set_single_keys(on: bool) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(STORED, if on { "on" } else { "off" });
    }
    mark(on);
}

/// Tells the style sheet, which hides the keys' names on buttons while they do nothing.
fn mark(on: bool) {
    let word = if on { "on" } else { "off" };
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-single-keys", word);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Listens as long as the frame is on the page.
#[component]
pub fn Keys() -> impl IntoView {
    let overlay = expect_context::<Overlay>();
    // Whether G came before: the next key says where to go.
    let going = StoredValue::new(false);
    effect(move |_| {
        mark(single_keys());
        let listener = window_event_listener(ev::keydown, move |event| {
            if on_key(&event, overlay, going) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Whether the key meant something here.
fn on_key(event: &KeyboardEvent, overlay: Overlay, going: StoredValue<bool>) -> bool {
    if event.default_prevented() || event.is_composing() || one("dialog[open]").is_some() {
        return false;
    }
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        let jump = key.eq_ignore_ascii_case("k") && !event.alt_key() && !event.shift_key();
        if jump {
            overlay.0.set(Some(Over::Jump));
        }
        return jump;
    }
    if event.alt_key() || is_typing(event) || !single_keys() {
        return false;
    }
    if going.try_get_value() == Some(true) {
        going.set_value(false);
        return follow(&format!(
            ".sidebar {}",
            doing(&format!("G {}", key.to_ascii_uppercase()))
        ));
    }
    match key.as_str() {
        "?" => overlay.0.set(Some(Over::Shortcuts)),
        "/" => return focus(one("main input[type=search]")),
        "g" => going.set_value(true),
        "j" => return step(1),
        "k" => return step(-1),
        "ArrowDown" if row().is_some() => return step(1),
        "ArrowUp" if row().is_some() => return step(-1),
        "." => return click(one_in(&scope(), "[popovertarget]")),
        "n" => return follow(&format!("main {}", doing("N"))),
        "t" | "e" | "d" | "r" => return act(&key.to_ascii_uppercase()),
        _ => return false,
    }
    true
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let fields =
        "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";
    target.is_some_and(|it| matches!(it.closest(fields), Ok(Some(_))))
}

/// The links that a key follows.
fn doing(keys: &str) -> String {
    format!("a[aria-keyshortcuts=\"{keys}\"]")
}

/// Follows the first of these links that leads anywhere.
fn follow(links: &str) -> bool {
    click(one(&format!("{links}[href]")))
}

/// Does what the key means for the token that is meant; where that is not possible now, opens the menu
/// at the line that says why.
fn act(key: &str) -> bool {
    let scope = scope();
    let Some(item) = one_in(&scope, &doing(key)) else {
        return false;
    };
    if item.has_attribute("href") {
        return click(Some(item));
    }
    let menu = item.closest("[popover]").ok().flatten();
    if menu.is_some_and(|menu| !menu.matches(":popover-open").unwrap_or(false)) {
        click(one_in(&scope, "[popovertarget]"));
        request_animation_frame(move || {
            focus(Some(item));
        });
    }
    true
}

/// The token that is meant: that of the open menu, of the focused row, or of the page.
fn scope() -> Option<Element> {
    one("main .menu:popover-open")
        .and_then(|menu| menu.parent_element())
        .or_else(row)
        .or_else(|| one("main > .page-header"))
}

/// The row that has the focus.
fn row() -> Option<Element> {
    document()
        .active_element()?
        .closest("tbody tr")
        .ok()
        .flatten()
}

/// Leads the focus to the next row, or the one before; from nowhere to the first.
fn step(by: i32) -> bool {
    let Ok(links) = document().query_selector_all("main tbody .row-link") else {
        return false;
    };
    let links: Vec<Element> = (0..links.length())
        .filter_map(|index| links.item(index)?.dyn_into().ok())
        .collect();
    let at = row().and_then(|row| links.iter().position(|link| row.contains(Some(link))));
    let to = match (at, by) {
        (None, _) => 0,
        (Some(at), 1) => at + 1,
        (Some(at), _) => at.saturating_sub(1),
    };
    focus(links.into_iter().nth(to)) || at.is_some()
}

fn one(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn one_in(scope: &Option<Element>, selector: &str) -> Option<Element> {
    scope.as_ref()?.query_selector(selector).ok().flatten()
}

fn focus(element: Option<Element>) -> bool {
    let element = element.and_then(|it| it.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|it| it.focus().is_ok())
}

fn click(element: Option<Element>) -> bool {
    let element = element.and_then(|it| it.dyn_into::<HtmlElement>().ok());
    element.map(|it| it.click()).is_some()
}
