//! What happened to one user, in plain words.

use domain::history::{Mend, Run, mends, runs};
use domain::people::Activity;
use domain::{Action, Timestamp};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::call::UserActivity;
use super::head::{Offered, UserTab, topbar, user_head, waits_or_is_locked};
use crate::clock::{Clock, Seen};
use crate::paths;
use crate::timeline::{About, timeline};
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Empty};

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;

/// What happened to one user.
#[component]
pub fn UserActivityPage(
    /// The user's id.
    user: String,
) -> impl IntoView {
    let query = use_query_map();
    let load = use_load(move || UserActivity {
        user: user.clone(),
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
        may,
        entries,
        older,
    } = it;
    let count = tokens.as_ref().map(Vec::len);
    let offered = Offered {
        enrol: may.enrol,
        unlock: may.actions.contains(&Action::Unlock) && waits_or_is_locked(&user, &clock),
        manage: may.manage,
    };
    let body = if entries.is_empty() {
        let words = "Every sign-in, test and change will stand here.";
        view! { <Empty art=Art::NothingYet title="Nothing happened yet" text=words>""</Empty> }
            .into_any()
    } else {
        let (runs, tokens) = (runs(entries), tokens.unwrap_or_default());
        let mends = mends(&runs, &tokens, &user, &may, clock.now);
        let older = older.map(|(at, id)| paths::older_activity(user.id, at.0, id));
        groups(&runs, &mends, About::User(user.id, &tokens), older, &clock)
    };
    view! {
        {topbar(&user, UserTab::Activity)}
        {user_head(&user, UserTab::Activity, count, offered)}
        <div class="page-body">
            <div class="form-wide stack" data-gap="lg">{body}</div>
        </div>
    }
    .into_any()
}

fn groups(
    runs: &[Run],
    mends: &[Mend<'_>],
    about: About<'_>,
    older: Option<String>,
    clock: &Clock,
) -> AnyView {
    let groups = runs
        .chunk_by(|one, next| group(one.entry.at, clock) == group(next.entry.at, clock))
        .map(|runs| {
            let name = runs.first().map(|run| group(run.entry.at, clock));
            view! {
                <div class="stack">
                    <h2>{name}</h2>
                    {timeline(runs, mends, about, clock)}
                </div>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let older =
        older.map(|href| view! { <p><a class="btn" href=href>"Older activity"</a></p> }.into_any());
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
