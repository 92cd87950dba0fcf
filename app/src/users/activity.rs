//! What happened to one user, in plain words.

use domain::audit::Entry;
use domain::people::Activity;
use domain::{Timestamp, UserId};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::call::UserActivity;
use super::head::{UserTab, topbar, user_head};
use crate::clock::{Clock, Seen};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Empty};
use crate::ui::time::Time;
use crate::{paths, text};

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;

/// What happened to one user.
#[component]
pub fn UserActivityPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let load = use_load(move || UserActivity {
        user: params.with(|params| params.get("user")).unwrap_or_default(),
        before: query.with(|query| query.get("before")).unwrap_or_default(),
    });
    view! {
        <Loaded load what="activity" let:seen>
            {page(seen)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Activity>) -> AnyView {
    let Activity {
        user,
        tokens,
        may_enrol,
        entries,
        older,
    } = it;
    let body = if entries.is_empty() {
        let words = "Every sign-in, test and change will stand here.";
        view! { <Empty art=Art::NothingYet title="Nothing happened yet" text=words>""</Empty> }
            .into_any()
    } else {
        groups(entries, older, user.id, &clock)
    };
    view! {
        {topbar(&user, UserTab::Activity)}
        {user_head(&user, UserTab::Activity, tokens, may_enrol)}
        <div class="page-body">
            <div class="form-wide stack" data-gap="lg">{body}</div>
        </div>
    }
    .into_any()
}

fn groups(
    entries: Vec<Entry>,
    older: Option<(Timestamp, i64)>,
    user: UserId,
    clock: &Clock,
) -> AnyView {
    let mut groups: Vec<(&'static str, Vec<Entry>)> = Vec::new();
    for entry in entries {
        let name = group(entry.at, clock);
        match groups.last_mut() {
            Some((last, entries)) if *last == name => entries.push(entry),
            _ => groups.push((name, vec![entry])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(name, entries)| {
            view! {
                <div class="stack">
                    <h2>{name}</h2>
                    {timeline(&entries, clock)}
                </div>
            }
        })
        .collect::<Vec<_>>();
    let older = older.map(|(at, id)| {
        let href = paths::older_activity(user, at.0, id);
        view! { <p><a class="btn" href=href>"Older activity"</a></p> }
    });
    view! {
        {groups}
        {older}
    }
    .into_any()
}

fn group(at: Timestamp, clock: &Clock) -> &'static str {
    let (then, now) = (clock.at(at), clock.now());
    let day = |civil: domain::moment::Civil| (civil.year, civil.month, civil.day);
    if day(then.civil()) == day(now.civil()) {
        "Today"
    } else if then.seconds > now.seconds - WEEK {
        "This week"
    } else {
        "Earlier"
    }
}

/// Rows of the audit, newest first.
pub(super) fn timeline(entries: &[Entry], clock: &Clock) -> AnyView {
    let rows = entries
        .iter()
        .map(|entry| row(entry, clock))
        .collect::<Vec<_>>();
    view! { <ol class="timeline">{rows}</ol> }.into_any()
}

fn row(entry: &Entry, clock: &Clock) -> AnyView {
    let (tone, icon, words) = text::entry(entry);
    let what = if entry.object.is_empty() {
        &entry.serial
    } else {
        &entry.object
    };
    let what = (!what.is_empty()).then(|| view! { ": "<strong>{what.clone()}</strong> });
    view! {
        <li>
            <Icon icon tone=tone.unwrap_or_default()/>
            <div>
                {words}
                {what}
                <small>{details(entry)}</small>
            </div>
            <Time at=clock.at(entry.at) now=clock.now()/>
        </li>
    }
    .into_any()
}

/// The serial, the application, from where, and what the operator wrote.
fn details(entry: &Entry) -> String {
    use domain::audit::Deed;
    let mut parts = Vec::new();
    if !entry.object.is_empty() && !entry.serial.is_empty() {
        parts.push(entry.serial.clone());
    }
    // Deeds of operators say who did it already.
    if entry.deed == Some(Deed::Verify) && !entry.actor.is_empty() {
        parts.push(entry.actor.clone());
    }
    if !entry.address.is_empty() {
        parts.push(entry.address.clone());
    }
    if !entry.note.is_empty() {
        parts.push(format!("Reason: {}", entry.note));
    }
    parts.join(" · ")
}
