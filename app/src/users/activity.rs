//! What happened to one user, in plain words.

mod filters;

use domain::history::{Mend, Run, mends, runs};
use domain::people::Activity;
use domain::{Action, Timestamp, UserId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::call::UserActivity;
use super::head::{Offered, UserTab, topbar, user_head, waits_or_is_locked};
use crate::clock::{Clock, Seen};
use crate::paths::{self, ActivityLike};
use crate::timeline::{About, timeline};
use crate::ui::load::{Loaded, use_load};
use crate::ui::notice::{Art, Empty};
use filters::filters;

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;

/// What happened to one user.
#[component]
pub fn UserActivityPage(
    /// The user's id.
    user: String,
) -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let get = |name| query.with(|query| query.get(name)).unwrap_or_default();
        ActivityLike {
            period: get("period"),
            events: get("events"),
            token: get("token"),
            before: get("before"),
        }
    };
    let load = use_load(move || {
        let asked = asked();
        UserActivity {
            user: user.clone(),
            period: asked.period,
            events: asked.events,
            token: asked.token,
            before: asked.before,
        }
    });
    let navigate = use_navigate();
    let go = Callback::new(move |to: String| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&to, options);
    });
    view! {
        <Loaded load what="activity" let:seen>
            {page(seen, &untrack(asked), go)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Activity>, asked: &ActivityLike, go: Callback<String>) -> AnyView {
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
    let tokens = tokens.unwrap_or_default();
    let body = if entries.is_empty() {
        empty(user.id, asked)
    } else {
        let runs = runs(entries);
        let mends = mends(&runs, &tokens, &user, &may, clock.now);
        let older = older.map(|(at, id)| {
            let before = format!("{}-{id}", at.0);
            let asked = asked.clone();
            paths::activity_like(user.id, &ActivityLike { before, ..asked })
        });
        groups(&runs, &mends, About::User(user.id, &tokens), older, &clock)
    };
    view! {
        {topbar(&user, UserTab::Activity)}
        {user_head(&user, UserTab::Activity, count, offered)}
        {filters(user.id, &tokens, asked, go)}
        <div class="page-body">
            <div class="form-wide stack" data-gap="lg">{body}</div>
        </div>
    }
    .into_any()
}

fn empty(user: UserId, asked: &ActivityLike) -> AnyView {
    if [&asked.period, &asked.events, &asked.token].map(String::as_str) == ["", "", ""] {
        let words = "Every sign-in, test and change will stand here.";
        return view! { <Empty art=Art::NothingYet title="Nothing happened yet" text=words>""</Empty> }
            .into_any();
    }
    let all = view! { <a class="btn" href=paths::user_activity(user)>"Show all activity"</a> };
    let words = "Choose a longer period, all events or all tokens.";
    view! { <Empty art=Art::NoMatch title="Nothing of this kind happened" text=words>{all}</Empty> }
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
