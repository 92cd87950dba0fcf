//! The choice of what part of a user's activity is shown: a real form, sent by GET. Once the page is awake
//! it follows as soon as something is chosen.

use domain::activity::{Events, Period};
use domain::{Token, UserId};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::paths::{self, ActivityLike};
use crate::ui::live::heard;

/// The form, as it was asked for; `tokens` to choose one of.
pub(super) fn filters(
    user: UserId,
    tokens: &[Token],
    asked: &ActivityLike,
    go: Callback<String>,
) -> AnyView {
    let follow = move |event: web_sys::Event| {
        if let Some(like) = chosen(&event) {
            go.run(paths::activity_like(user, &like));
        }
    };
    let periods = Period::ALL.map(|it| (it.as_str().to_owned(), period(it).to_owned()));
    let events = Events::ALL.map(|it| (it.as_str().to_owned(), events(it).to_owned()));
    let of_tokens = of_tokens(tokens, &asked.token);
    view! {
        <form class="toolbar" method="get" action=paths::user_activity(user) aria-label="Activity"
            on:change=heard(follow)
            on:submit=heard(move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                follow(event.into());
            })>
            <div class="filters">
                {choice("period", "Period", periods.into(), &asked.period)}
                {choice("events", "Events", events.into(), &asked.events)}
                {of_tokens}
                <button class="btn" type="submit">"Show"</button>
            </div>
        </form>
    }
    .into_any()
}

/// The choice of a token: the user's, and the one that was asked for though it is gone.
fn of_tokens(tokens: &[Token], asked: &str) -> Option<AnyView> {
    let is_gone = !asked.is_empty() && tokens.iter().all(|token| token.serial.as_str() != asked);
    if tokens.is_empty() && !is_gone {
        return None;
    }
    let mut options = vec![(String::new(), "All tokens".to_owned())];
    for token in tokens {
        options.push((token.serial.to_string(), token.name()));
    }
    if is_gone {
        options.push((asked.to_owned(), asked.to_owned()));
    }
    Some(choice("token", "Token", options, asked))
}

/// One choice: `(value, words)` each.
fn choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <select class="input" name=name aria-label=label>{options}</select> }.into_any()
}

/// What the form says now.
fn chosen(event: &web_sys::Event) -> Option<ActivityLike> {
    let form = event
        .current_target()?
        .dyn_into::<web_sys::HtmlFormElement>();
    let data = web_sys::FormData::new_with_form(&form.ok()?).ok()?;
    let field = |name| data.get(name).as_string().unwrap_or_default();
    Some(ActivityLike {
        period: field("period"),
        events: field("events"),
        token: field("token"),
        before: String::new(),
    })
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Always => "Any time",
        Period::Quarter => "Last 90 days",
        Period::Month => "Last 30 days",
        Period::Week => "Last 7 days",
    }
}

fn events(events: Events) -> &'static str {
    match events {
        Events::All => "All events",
        Events::Failures => "Failures",
        Events::Deeds => "What people did",
    }
}
