//! *Search or jump to*: one field, and under it all that it could mean (WAI-ARIA combobox).

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::icon::Icon;
use crate::letters::lower;
use crate::ui::live::{heard, live};

/// How long the typing must rest before the server is asked.
const REST: Duration = Duration::from_millis(200);
/// How many lines of one group are shown.
const SHOWN: usize = 6;

/// One line: where it leads, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The heading it stands under.
    pub group: &'static str,
    /// Its words.
    pub label: String,
    /// What tells it apart from others, or empty.
    pub second: String,
    /// Its address.
    pub href: String,
}

impl Place {
    /// Whether all these words, in small letters, occur in it.
    fn has(&self, words: &str) -> bool {
        let text = lower(&format!("{} {}", self.label, self.second));
        words.split_whitespace().all(|word| text.contains(word))
    }
}

/// The dialog.
#[component]
pub fn Palette(
    /// What the page offers by itself, filtered here by what is typed.
    places: Vec<Place>,
    /// What the server found for what was typed, filtered there.
    found: RwSignal<Vec<Place>>,
    /// Called with what was typed when the typing rests.
    search: Callback<String>,
    /// Leads back to the page.
    close: Callback<()>,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let chosen = RwSignal::new(0);
    let node = NodeRef::<html::Dialog>::new();
    node.on_load(|dialog| drop(dialog.show_modal()));
    let shown = Memo::new(move |_| {
        let words = lower(&words.get());
        let mut shown = found.get();
        for group in groups(&places) {
            let of_group = places.iter().filter(|place| place.group == group);
            shown.extend(
                of_group
                    .filter(|place| place.has(&words))
                    .take(SHOWN)
                    .cloned(),
            );
        }
        shown
    });
    let mut rested = debounce(REST, move |typed: String| search.run(typed));
    let typed = move |event| {
        let typed = event_target_value(&event);
        words.set(typed.clone());
        chosen.set(0);
        rested(typed);
    };
    let go = {
        let navigate = use_navigate();
        move |to: &str| {
            close.run(());
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(to, stay);
        }
    };
    let open = StoredValue::new_local(Box::new(move |index: usize| {
        if let Some(place) = shown.get_untracked().get(index) {
            go(&place.href);
        }
    }) as Box<dyn Fn(usize)>);
    let pick = move |index| open.with_value(|open| open(index));
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = shown.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|at| *at = (*at + count - 1) % count),
            "Enter" => pick(chosen.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        close.run(());
    };
    let on_press = move |event: web_sys::MouseEvent| {
        if event.target() == event.current_target() {
            close.run(());
        }
    };
    let active = move || format!("place-{}", chosen.get());
    view! {
        <dialog class="dialog palette" node_ref=node aria-label="Search or jump to"
            on:cancel=heard(on_cancel)
            on:mousedown=heard(on_press)>
            <div class="query">
                <Icon icon=Icon::Search/>
                <input type="text" role="combobox" aria-expanded="true" aria-controls="places"
                    aria-activedescendant=active aria-autocomplete="list" autocomplete="off"
                    aria-label="Search or jump to" placeholder="Search users, serials and actions"
                    maxlength="200" autofocus=true on:input=heard(typed) on:keydown=heard(on_key)/>
                <kbd>"Esc"</kbd>
            </div>
            <div role="listbox" id="places" aria-label="Results">
                {live(move || lists(&shown.get(), chosen, pick))}
            </div>
            <p class="visually-hidden" role="status">{move || matches(shown.with(Vec::len))}</p>
            <footer>
                <span><kbd>"↑"</kbd><kbd>"↓"</kbd>"Choose"</span>
                <span><kbd>"↵"</kbd>"Open"</span>
                <span><kbd>"?"</kbd>"All shortcuts"</span>
            </footer>
        </dialog>
    }
}

fn matches(count: usize) -> String {
    match count {
        0 => "No matches".to_owned(),
        1 => "1 match".to_owned(),
        count => format!("{count} matches"),
    }
}

/// The groups in the order of their first place.
fn groups(places: &[Place]) -> Vec<&'static str> {
    let mut groups: Vec<&'static str> = places.iter().map(|place| place.group).collect();
    groups.dedup();
    groups
}

fn lists(
    shown: &[Place],
    chosen: RwSignal<usize>,
    pick: impl Fn(usize) + Copy + 'static,
) -> Vec<AnyView> {
    if shown.is_empty() {
        return vec![
            view! { <p class="none muted">"No matches. Try fewer letters."</p> }.into_any(),
        ];
    }
    let mut lists = Vec::new();
    for (number, group) in groups(shown).into_iter().enumerate() {
        let options = shown
            .iter()
            .enumerate()
            .filter(|(_, place)| place.group == group)
            .map(|(index, place)| option(index, place, chosen, pick))
            .collect::<Vec<_>>();
        let id = format!("places-of-{number}");
        let heading = id.clone();
        lists.push(
            view! {
                <div role="group" aria-labelledby=id>
                    <div id=heading role="presentation">{group}</div>
                    {options}
                </div>
            }
            .into_any(),
        );
    }
    lists
}

fn option(
    index: usize,
    place: &Place,
    chosen: RwSignal<usize>,
    pick: impl Fn(usize) + Copy + 'static,
) -> AnyView {
    let selected = move || (chosen.get() == index).to_string();
    let second = (!place.second.is_empty())
        .then(|| view! { " " <small>{place.second.clone()}</small> }.into_any());
    view! {
        <div role="option" id=format!("place-{index}") aria-selected=selected
            on:click=heard(move |_| pick(index))>
            <span>{place.label.clone()}{second}</span>
        </div>
    }
    .into_any()
}
