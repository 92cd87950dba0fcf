//! What *Search or jump to* knows: users by search, what can be done on the page, and the pages.

use domain::people::List;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use crate::ask::{ask, decode};
use crate::clock::Seen;
use crate::paths;
use crate::ui::palette::{Palette, Place};
use crate::users::call::ListUsers;

/// How many users are shown.
const USERS: usize = 6;

/// The dialog over the page.
#[component]
pub fn Jump(
    /// Leads back to the page.
    close: Callback<()>,
) -> impl IntoView {
    let found = RwSignal::new(Vec::new());
    let asked = StoredValue::new(String::new());
    let search = Callback::new(move |words: String| {
        asked.set_value(words.clone());
        if words.trim().is_empty() {
            return found.set(Vec::new());
        }
        let asking = ask(ListUsers {
            words: words.clone(),
            realm: String::new(),
            show: String::new(),
            order: String::new(),
            page: String::new(),
        });
        spawn_local(async move {
            let answer = asking.await;
            // Only the answer to what stands in the field now.
            if asked.try_get_value().is_some_and(|latest| latest == words) {
                found.set(answer.map_or_else(|_| Vec::new(), |body| users(&body)));
            }
        });
    });
    let mut places = actions();
    places.extend(pages());
    view! { <Palette places found search close/> }
}

fn users(answer: &str) -> Vec<Place> {
    let Ok(Seen { it: list, .. }) = decode::<Seen<List>>(answer) else {
        return Vec::new();
    };
    let users = list.page.rows.into_iter().take(USERS);
    users
        .map(|user| Place {
            group: "Users",
            href: match user.tokens {
                Some(_) => paths::tokens(user.id),
                None => paths::user(user.id),
            },
            label: user.name,
            second: format!("{} · {}", user.username, user.realm_name),
        })
        .collect()
}

/// What the page's own links and menus offer now.
fn actions() -> Vec<Place> {
    let mut places = Vec::new();
    let buttons = "main .page-header a.btn[aria-keyshortcuts]";
    for link in all(buttons).iter().chain(&all("main .menu a[href]")) {
        let menu = link.closest(".menu").ok().flatten();
        let of = menu.and_then(|menu| menu.get_attribute("aria-label"));
        places.extend(place("On this page", link, of.unwrap_or_default()));
    }
    places
}

fn pages() -> Vec<Place> {
    let links = all(".sidebar nav a, #operator-menu a");
    let place = |link| place("Go to", link, String::new());
    links.iter().filter_map(place).collect()
}

fn place(group: &'static str, link: &Element, second: String) -> Option<Place> {
    Some(Place {
        group,
        label: words(link),
        second,
        href: link.get_attribute("href")?,
    })
}

/// A link's own words, without the hint of its key.
fn words(link: &Element) -> String {
    let nodes = link.child_nodes();
    (0..nodes.length())
        .filter_map(|index| nodes.item(index))
        .filter(|node| node.node_type() == Node::TEXT_NODE)
        .filter_map(|node| node.text_content())
        .collect::<String>()
        .trim()
        .to_owned()
}

fn all(selector: &str) -> Vec<Element> {
    let Ok(found) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}
