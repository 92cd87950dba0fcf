//! Rows of the audit in plain words, newest first: a user's Activity and a token's history.

use domain::audit::{Deed, Entry};
use domain::history::{Mend, Run};
use domain::{Action, Token, UserId};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::ui::icon::Icon;
use crate::ui::time::Time;
use crate::{paths, text};

/// What all the rows are about, and so need not say.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A user, and that user's tokens.
    User(UserId, &'a [Token]),
    /// One token of this user.
    Token(UserId),
}

/// The rows, each with the button that mends its cause.
pub fn timeline(runs: &[Run], mends: &[Mend<'_>], about: About<'_>, clock: &Clock) -> AnyView {
    let rows = runs
        .iter()
        .map(|run| row(run, mends, about, clock))
        .collect::<Vec<_>>();
    view! { <ol class="timeline">{rows}</ol> }.into_any()
}

fn row(run: &Run, mends: &[Mend<'_>], about: About<'_>, clock: &Clock) -> AnyView {
    let entry = &run.entry;
    let (tone, icon, words) = text::entry(entry);
    let words = match run.times {
        1 => words,
        times => format!("{words}, {times} times in a row"),
    };
    let (user, what) = match about {
        About::Token(user) => (user, String::new()),
        About::User(user, tokens) => (user, object(entry, tokens)),
    };
    let details = details(entry, &what);
    let what = (!what.is_empty()).then(|| view! { ": "<strong>{what}</strong> }.into_any());
    let details = (!details.is_empty()).then(|| view! { <small>{details}</small> }.into_any());
    let mend = mends.iter().find(|mend| mend.entry == entry.id);
    // a code that does not fit is what a clock out of step looks like
    let clock_off = mend
        .filter(|mend| mend.action == Action::Reset)
        .and_then(|mend| text::clock_off(mend.token))
        .map(|words| view! { <small>{words}</small> }.into_any());
    let mend = mend.map(|mend| {
        let href = paths::action(mend.action, user, &mend.token.serial);
        let name = format!("{}: {}", text::action(mend.action), mend.token.name());
        view! {
            <a class="btn" data-size="sm" href=href aria-label=name>{text::action(mend.action)}</a>
        }
        .into_any()
    });
    view! {
        <li>
            <Icon icon tone=tone.unwrap_or_default()/>
            <div>{words}{what}{details}{clock_off}{mend}</div>
            <Time at=clock.at(entry.at) now=clock.now()/>
        </li>
    }
    .into_any()
}

/// The token's name then, else its name now, else its serial.
fn object(entry: &Entry, tokens: &[Token]) -> String {
    let now = || {
        let mut tokens = tokens.iter();
        tokens.find(|token| token.serial.as_str() == entry.serial)
    };
    match entry.object.as_str() {
        "" => now().map_or_else(|| entry.serial.clone(), Token::name),
        then => then.to_owned(),
    }
}

/// The serial, the application, from where, and what the operator wrote; `what` is said already.
fn details(entry: &Entry, what: &str) -> String {
    let mut parts = Vec::new();
    if !what.is_empty() && what != entry.serial && !entry.serial.is_empty() {
        parts.push(entry.serial.clone());
    }
    // Deeds of operators say who did it already.
    if entry.deed == Some(Deed::Verify) && !entry.actor.is_empty() {
        parts.push(entry.actor.clone());
    }
    if !entry.address.is_empty() {
        parts.push(entry.address.clone());
    }
    parts.extend(text::client_address(entry));
    if !entry.note.is_empty() {
        parts.push(format!("Reason: {}", entry.note));
    }
    parts.join(" · ")
}
