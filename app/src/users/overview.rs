//! One user at a glance: what needs attention, what happened last, how to reach that person.

mod needs;

use domain::history::runs;
use domain::people::Overview;
use domain::{Action, ContactKind, Status, Token, User};
use leptos::prelude::*;

use super::call::UserOverview;
use super::head::{Offered, UserTab, topbar, user_head, waits_or_is_locked};
use crate::clock::{Clock, Seen};
use crate::paths;
use crate::timeline::{About, timeline};
use crate::ui::load::{Loaded, use_load};
use crate::ui::time::Time;
use needs::attention;

/// One user's overview.
#[component]
pub fn UserPage(
    /// The user's id.
    user: String,
) -> impl IntoView {
    let load = use_load(move || UserOverview { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {page(seen)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Overview>) -> AnyView {
    let user = &it.user;
    let count = it.tokens.as_ref().map(Vec::len);
    let tokens = it
        .tokens
        .as_deref()
        .map(|tokens| token_counts(user, tokens, &clock));
    let offered = Offered {
        enrol: it.may.enrol,
        unlock: it.may.actions.contains(&Action::Unlock) && waits_or_is_locked(user, &clock),
        manage: it.may.manage,
    };
    let about = format!("About {}", user.display_name());
    view! {
        {topbar(user, UserTab::Overview)}
        {user_head(user, UserTab::Overview, count, offered)}
        <div class="page-body">
            <div class="columns">
                <div class="stack" data-gap="lg">
                    {attention(&it, &clock)}
                    {recent(&it, &clock)}
                </div>
                <aside class="stack" data-gap="lg" aria-label=about>
                    {contact(user)}
                    {tokens}
                </aside>
            </div>
        </div>
    }
    .into_any()
}

fn recent(it: &Overview, clock: &Clock) -> AnyView {
    let body = if it.recent.is_empty() {
        view! { <p class="muted">"Nothing happened yet."</p> }.into_any()
    } else {
        let tokens = it.tokens.as_deref().unwrap_or_default();
        let about = About::User(it.user.id, tokens);
        timeline(&runs(it.recent.clone()), &[], about, clock)
    };
    view! {
        <section class="card">
            <header>
                <div><h2>"Recent activity"</h2></div>
                <div class="end">
                    <a class="link" href=paths::user_activity(it.user.id)>"All activity"</a>
                </div>
            </header>
            <div class="body">{body}</div>
        </section>
    }
    .into_any()
}

fn contact(user: &User) -> AnyView {
    let contacts = |kind| {
        let rows = user.contacts.iter().filter(|contact| contact.kind == kind);
        let rows = rows
            .map(|contact| {
                let label = (!contact.label.is_empty())
                    .then(|| view! { " "<small>{contact.label.clone()}</small> }.into_any());
                view! { <div>{contact.value.clone()}{label}</div> }.into_any()
            })
            .collect::<Vec<_>>();
        if rows.is_empty() {
            vec!["None".into_any()]
        } else {
            rows
        }
    };
    let department = (!user.department.is_empty()).then(|| fact("Department", &user.department));
    view! {
        <section class="card">
            <header><div><h2>"Contact"</h2></div></header>
            <div class="body">
                <dl class="facts">
                    {fact("Username", &user.username)}
                    <div><dt>"Email"</dt><dd>{contacts(ContactKind::Email)}</dd></div>
                    <div><dt>"Phone"</dt><dd>{contacts(ContactKind::Phone)}</dd></div>
                    {fact("Realm", &user.realm_name)}
                    {department}
                </dl>
            </div>
        </section>
    }
    .into_any()
}

fn token_counts(user: &User, tokens: &[Token], clock: &Clock) -> AnyView {
    let count = |status| {
        let held = tokens
            .iter()
            .filter(|token| token.status(clock.now) == status);
        held.count().to_string()
    };
    let last = match tokens.iter().filter_map(|token| token.last_used_at).max() {
        Some(at) => view! { <Time at=clock.at(at) now=clock.now()/> }.into_any(),
        None => "Never".into_any(),
    };
    view! {
        <section class="card">
            <header>
                <div><h2>"Tokens"</h2></div>
                <div class="end"><a class="link" href=paths::tokens(user.id)>"Manage"</a></div>
            </header>
            <div class="body">
                <dl class="facts">
                    {fact("Active", &count(Status::Active))}
                    {fact("Disabled", &count(Status::Disabled))}
                    {fact("Obsolete", &count(Status::Obsolete))}
                    <div><dt>"Last used"</dt><dd>{last}</dd></div>
                </dl>
            </div>
        </section>
    }
    .into_any()
}

fn fact(name: &'static str, value: &str) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value.to_owned()}</dd></div> }.into_any()
}
