//! Row menu: a button and a popover with groups of links.
//!
//! As served it is a popover with lists of links and works without script. In the browser the same
//! elements become a menu button and a menu (WAI-ARIA patterns), with one place for the focus.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::icon::Icon;
use super::keys::single_keys;
use crate::letters::lower;
use crate::ui::live::{effect, heard};

/// One line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuItem {
    /// An action that can be done now.
    Link {
        /// Its address.
        href: String,
        /// Its sign.
        icon: Icon,
        /// Its words.
        label: &'static str,
        /// The key that does it, shown as a hint.
        key: Option<&'static str>,
        /// Whether it destroys something.
        danger: bool,
    },
    /// An action that cannot be done now. It stays reachable and says why.
    Blocked {
        /// Its sign.
        icon: Icon,
        /// Its words.
        label: &'static str,
        /// The key that would do it.
        key: Option<&'static str>,
        /// Why not now.
        reason: String,
    },
}

/// The button at the end of a row, and its menu.
#[component]
pub fn RowMenu(
    /// The menu's id, unique on the page.
    id: String,
    /// The object's name, such as "HOTP app, Backup tablet".
    name: String,
    /// Groups of items, parted by a line. Empty groups are left out.
    groups: Vec<Vec<MenuItem>>,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let menu = NodeRef::<html::Div>::new();
    effect(move |_| {
        if let (Some(button), Some(menu)) = (button.get(), menu.get()) {
            let _ = button.set_attribute("aria-haspopup", "menu");
            let _ = button.set_attribute("aria-expanded", "false");
            become_menu(&menu);
        }
    });
    let toggled = move |_| {
        // The browser says so later: by then the menu may have led to another page.
        let parts = (button.try_get_untracked(), menu.try_get_untracked());
        if let (Some(Some(button)), Some(Some(menu))) = parts {
            let open = menu.matches(":popover-open").unwrap_or(false);
            let _ = button.set_attribute("aria-expanded", if open { "true" } else { "false" });
            if open {
                focus(items(&menu).first());
            }
        }
    };
    let label = "Actions for ".to_owned() + &name;
    view! {
        <button
            class="btn"
            type="button"
            data-variant="ghost"
            data-icon=""
            data-size="sm"
            aria-label=label
            popovertarget=id.clone()
            node_ref=button
        >
            <Icon icon=Icon::Ellipsis/>
        </button>
        <div
            class="menu"
            role="group"
            popover=""
            id=id.clone()
            aria-label=name
            node_ref=menu
            on:toggle=heard(toggled)
            on:keydown=heard(on_key)
            on:click=heard(close_after_link)
        >
            {groups_view(&id, groups)}
        </div>
    }
}

fn groups_view(id: &str, groups: Vec<Vec<MenuItem>>) -> Vec<AnyView> {
    let mut views = Vec::new();
    let mut blocked = 0;
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        if !views.is_empty() {
            views.push(view! { <hr/> }.into_any());
        }
        let mut lines = Vec::new();
        for item in group {
            lines.push(match item {
                MenuItem::Link {
                    href,
                    icon,
                    label,
                    key,
                    danger,
                } => link(href, icon, label, key, danger),
                MenuItem::Blocked {
                    icon,
                    label,
                    key,
                    reason,
                } => {
                    blocked += 1;
                    let why = id.to_owned() + "-why-" + &blocked.to_string();
                    blocked_link(why, icon, label, key, reason)
                }
            });
        }
        views.push(view! { <ul>{lines}</ul> }.into_any());
    }
    views
}

fn link(
    href: String,
    icon: Icon,
    label: &'static str,
    key: Option<&'static str>,
    danger: bool,
) -> AnyView {
    view! {
        <li>
            <a href=href data-tone=danger.then_some("danger") aria-keyshortcuts=key>
                <Icon icon/>
                {label}
                {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> }.into_any())}
            </a>
        </li>
    }
    .into_any()
}

fn blocked_link(
    why: String,
    icon: Icon,
    label: &'static str,
    key: Option<&'static str>,
    reason: String,
) -> AnyView {
    view! {
        <li>
            <a role="link" aria-disabled="true" tabindex="0" aria-keyshortcuts=key
                aria-describedby=why.clone()>
                <Icon icon/>
                {label}
            </a>
            <small id=why>{reason}</small>
        </li>
    }
    .into_any()
}

/// Gives the elements their roles. Static attributes are never written again, so this stays.
fn become_menu(menu: &HtmlElement) {
    let _ = menu.set_attribute("role", "menu");
    for element in all(menu, "ul, li") {
        let _ = element.set_attribute("role", "none");
    }
    for item in items(menu) {
        let _ = item.set_attribute("role", "menuitem");
        let _ = item.set_attribute("tabindex", "-1");
    }
}

/// Arrows, Home, End and first letters move; Tab leaves and closes. Esc is the popover's own.
fn on_key(event: ev::KeyboardEvent) {
    let Some(menu) = current_target(&event) else {
        return;
    };
    let items = items(&menu);
    let at = document().active_element().and_then(|active| {
        items
            .iter()
            .position(|item| item.is_same_node(Some(active.unchecked_ref::<Node>())))
    });
    let last = items.len().saturating_sub(1);
    let to = match event.key().as_str() {
        "ArrowDown" => at.map_or(0, |at| if at == last { 0 } else { at + 1 }),
        "ArrowUp" => at.map_or(last, |at| if at == 0 { last } else { at - 1 }),
        "Home" => 0,
        "End" => last,
        "Tab" => {
            let _ = menu.hide_popover();
            return;
        }
        // A key that does something is left to `keys`.
        letter if acts(&items, letter) => return,
        letter if !(event.ctrl_key() || event.alt_key() || event.meta_key()) => {
            match starting_with(&items, letter, at) {
                Some(to) => to,
                None => return,
            }
        }
        _ => return,
    };
    event.prevent_default();
    focus(items.get(to));
}

/// Whether one of the items is done by this key.
fn acts(items: &[HtmlElement], letter: &str) -> bool {
    let key = letter.to_ascii_uppercase();
    let mut keys = items
        .iter()
        .map(|item| item.get_attribute("aria-keyshortcuts"));
    single_keys() && keys.any(|it| it.as_deref() == Some(&key))
}

/// The next item after `at` whose words start with this letter, whatever its case.
fn starting_with(items: &[HtmlElement], letter: &str, at: Option<usize>) -> Option<usize> {
    if letter.chars().count() != 1 || letter == " " {
        return None;
    }
    let letter = lower(letter);
    let from = at.map_or(0, |at| at + 1);
    (from..items.len()).chain(0..from).find(|&index| {
        let words = items[index].text_content().unwrap_or_default();
        lower(words.trim_start()).starts_with(&letter)
    })
}

/// The router follows the link without leaving the page, so the menu must close itself. That also
/// returns the focus to the button, where a dialog finds it.
fn close_after_link(event: ev::MouseEvent) {
    let Some(menu) = current_target(&event) else {
        return;
    };
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_some_and(|target| matches!(target.closest("a[href]"), Ok(Some(_)))) {
        let _ = menu.hide_popover();
    }
}

fn current_target(event: &web_sys::Event) -> Option<HtmlElement> {
    event.current_target()?.dyn_into().ok()
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        let _ = item.focus();
    }
}

fn items(menu: &HtmlElement) -> Vec<HtmlElement> {
    all(menu, "a, button")
}

fn all(within: &HtmlElement, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}
