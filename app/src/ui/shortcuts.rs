//! The list of keys, and the switch of those that are one key alone (WCAG 2.1.4).

use leptos::prelude::*;

use super::action::Modal;
use super::icon::Icon;
use super::keys::{set_single_keys, single_keys};
use crate::ui::live::heard;

/// What a key does, and the keys pressed for it.
type Line = (&'static str, &'static [&'static str]);

const SECTIONS: [(&str, &[Line]); 4] = [
    (
        "Anywhere",
        &[
            ("Search or jump to", &["Ctrl", "K"]),
            ("Search this page", &["/"]),
            ("Show shortcuts", &["?"]),
            ("Close", &["Esc"]),
        ],
    ),
    ("Go to", &[("Users", &["G", "U"])]),
    (
        "Lists",
        &[
            ("Next or previous row", &["J", "K"]),
            ("Open row", &["↵"]),
            ("Open row menu", &["."]),
        ],
    ),
    (
        "Tokens",
        &[
            ("Add new token", &["N"]),
            ("Test token", &["T"]),
            ("Edit", &["E"]),
            ("Disable or enable", &["D"]),
            ("Reset token", &["R"]),
        ],
    ),
];

/// The dialog.
#[component]
pub fn Shortcuts(
    /// Leads back to the page.
    close: Callback<()>,
) -> impl IntoView {
    let switched = |event| set_single_keys(event_target_checked(&event));
    let sections = SECTIONS.iter().map(|(title, lines)| section(title, lines));
    let sections = sections.collect::<Vec<_>>();
    view! {
        <Modal close size="lg">
            <header>
                <h2 id="action-title">"Keyboard shortcuts"</h2>
                <button class="btn" data-variant="ghost" data-icon="" data-size="sm" type="button"
                    aria-label="Close" on:click=heard(move |_| close.run(()))>
                    <Icon icon=Icon::X/>
                </button>
            </header>
            <div class="body" tabindex="0" role="region" aria-label="List of shortcuts">
                <div class="shortcuts">{sections}</div>
            </div>
            <footer>
                <label class="option start">
                    <input class="switch" type="checkbox" role="switch" checked=single_keys()
                        on:change=heard(switched)/>
                    <span>"Single-key shortcuts, in this browser"</span>
                </label>
                <button class="btn" data-variant="primary" type="button" autofocus=true
                    on:click=heard(move |_| close.run(()))>
                    "Done"
                </button>
            </footer>
        </Modal>
    }
}

fn section(title: &'static str, lines: &'static [Line]) -> AnyView {
    let lines = lines
        .iter()
        .map(|(does, keys)| {
            let keys = keys
                .iter()
                .map(|key| view! { <kbd>{*key}</kbd> }.into_any())
                .collect::<Vec<_>>();
            view! { <div><dt>{*does}</dt><dd>{keys}</dd></div> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <section><h3>{title}</h3><dl>{lines}</dl></section> }.into_any()
}
