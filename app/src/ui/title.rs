//! The title of a page, in the window's frame and in the browser's history.

use leptos::prelude::*;

/// Says which page this is, as long as it stands. Of several the last one counts: a problem in place of a
/// page, then the page again.
#[component]
pub fn Title(
    /// "Users", without the product's name.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    title_of(text);
}

/// Says it to Leptos, which writes it into the HTML as it is: a name in it is escaped here. Nothing
/// stands where it is said, on both sides.
#[cfg(feature = "ssr")]
fn title_of(text: String) {
    let text = whole(&text).replace('&', "&amp;").replace('<', "&lt;");
    drop(view! { <leptos_meta::Title text/> });
}

/// A library for all that stands in a document's head would be a hundredth part of the download.
#[cfg(not(feature = "ssr"))]
fn title_of(text: String) {
    let Titles(titles) = expect_context();
    let id = titles.try_update_value(|titles| {
        titles.next += 1;
        titles.shown.push((titles.next, text));
        titles.next
    });
    show(titles);
    on_cleanup(move || {
        titles.try_update_value(|titles| titles.shown.retain(|(it, _)| Some(*it) != id));
        show(titles);
    });
}

/// The titles that stand now, in context everywhere below `App`.
#[cfg(not(feature = "ssr"))]
#[derive(Clone, Copy)]
struct Titles(StoredValue<Standing>);

#[cfg(not(feature = "ssr"))]
#[derive(Default)]
struct Standing {
    next: u32,
    shown: Vec<(u32, String)>,
}

/// Puts into the context what [`Title`] needs.
pub fn provide_titles() {
    #[cfg(feature = "ssr")]
    leptos_meta::provide_meta_context();
    #[cfg(not(feature = "ssr"))]
    provide_context(Titles(StoredValue::new(Standing::default())));
}

/// Between two pages the old one's stays.
#[cfg(not(feature = "ssr"))]
fn show(titles: StoredValue<Standing>) {
    titles.try_with_value(|titles| {
        if let Some((_, text)) = titles.shown.last() {
            document().set_title(&whole(text));
        }
    });
}

fn whole(page: &str) -> String {
    format!("{page} · Tokendesk")
}
