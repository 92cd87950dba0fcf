//! Says so when the server cannot be reached, asks for it again and again, and lets the page go on by
//! itself when it is back. What was typed stays where it is.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use crate::page::{Page, page};
use crate::ui::live::{effect, live};

/// What it says. No icon: without the server there is none to fetch.
const SAID: &str = "The server cannot be reached. What you typed stays, and the page goes on when the \
                    server is back.";
/// How long it waits before it asks again.
const AGAIN: Duration = Duration::from_secs(2);

/// The strip above the page. It stands in every page from the start, else a screen reader would not
/// say what appears in it.
#[component]
pub fn Offline() -> impl IntoView {
    let page = page();
    effect(move |_| {
        let gone = window_event_listener(ev::offline, move |_| page.offline.set(true));
        on_cleanup(move || gone.remove());
    });
    effect(move |_| {
        if page.offline.get() {
            ask_later(page);
        }
    });
    view! {
        <div role="status">
            {live(move || page.offline.get().then(|| view! { <p class="offline">{SAID}</p> }.into_any()))}
        </div>
    }
}

#[cfg(not(feature = "ssr"))]
fn ask_later(page: Page) {
    let asked = move || {
        leptos::task::spawn_local(async move {
            if crate::ask::is_reachable().await {
                page.returns.update(|returns| *returns += 1);
                page.offline.set(false);
            } else {
                ask_later(page);
            }
        });
    };
    set_timeout(asked, AGAIN);
}

#[cfg(feature = "ssr")]
fn ask_later(_: Page) {
    let _ = AGAIN;
}
