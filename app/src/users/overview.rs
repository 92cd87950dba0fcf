//! One user at a glance: what needs attention, what happened last, how to reach that person.

use domain::history::runs;
use domain::people::Overview;
use domain::{Action, ContactKind, Hint, Offer, Status, Token, TryState, User};
use leptos::prelude::*;

use super::call::UserOverview;
use super::head::{Offered, UserTab, topbar, user_head, waits_or_is_locked};
use crate::clock::{Clock, Seen};
use crate::timeline::{About, timeline};
use crate::tokens::menu;
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::time::Time;
use crate::{paths, text};

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

/// One thing that needs attention.
struct Need {
    icon: Icon,
    what: String,
    more: String,
    /// Where it is put right, and what that is called.
    href: Option<(String, &'static str)>,
}

fn attention(it: &Overview, clock: &Clock) -> AnyView {
    let mut needs = user_needs(it, clock);
    for token in it.tokens.iter().flatten() {
        needs.extend(token_need(it, token, clock));
    }
    let list = if needs.is_empty() {
        view! { <div class="body"><p class="muted">"Nothing needs attention."</p></div> }.into_any()
    } else {
        let rows = needs.into_iter().map(need).collect::<Vec<_>>();
        view! { <ul class="list">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <header><div><h2>"Needs attention"</h2></div></header>
            {list}
        </section>
    }
    .into_any()
}

fn need(
    Need {
        icon,
        what,
        more,
        href,
    }: Need,
) -> AnyView {
    let view = href.map(|(href, label)| {
        let name = format!("{label}: {what}");
        view! { <a class="btn" data-size="sm" href=href aria-label=name>{label}</a> }.into_any()
    });
    view! {
        <li>
            <span class="tile"><Icon icon/></span>
            <div>
                <strong>{what}</strong>
                <span class="second">{more}</span>
            </div>
            {view}
        </li>
    }
    .into_any()
}

/// What is so of the user and not of a token.
fn user_needs(it: &Overview, clock: &Clock) -> Vec<Need> {
    let need = |icon, what: String, more: &str| Need {
        icon,
        what,
        more: more.into(),
        href: None,
    };
    let unlock = |need: Need| Need {
        href: it
            .may
            .actions
            .contains(&Action::Unlock)
            .then(|| (paths::unlock_user(it.user.id), "Unlock")),
        ..need
    };
    let mut needs = Vec::new();
    if let Some(at) = it.user.disabled_at {
        let since = crate::ui::time::date(clock.at(at));
        let more = format!("Since {since}. No token of this user verifies.");
        needs.push(need(
            Icon::CirclePause,
            "The user is disabled".into(),
            &more,
        ));
    }
    match it.user.try_state(clock.now) {
        TryState::Open => {}
        TryState::Waits(until) => {
            let what = format!("The user waits until {}", text::time(until, clock));
            let more = "Too many wrong codes in a row.";
            needs.push(unlock(need(Icon::ClockAlert, what, more)));
        }
        TryState::Locked => {
            let more = "Far too many wrong codes in a row.";
            needs.push(unlock(need(Icon::Lock, "The user is locked".into(), more)));
        }
    }
    if needs.is_empty() && !it.can_sign_in {
        let more = "No token of this user verifies now.";
        needs.push(need(Icon::CircleAlert, "Cannot sign in".into(), more));
    }
    needs
}

/// The most pressing hint of a token, if an operator should do something about it.
fn token_need(it: &Overview, token: &Token, clock: &Clock) -> Option<Need> {
    token.attention(clock.now)?;
    let hint = *token.hints(clock.now).first()?;
    let (_, icon, words) = text::hint(hint, clock);
    let icon = icon.unwrap_or(Icon::TriangleAlert);
    let words = match hint {
        Hint::WorksUntil(_) | Hint::WorksNoLonger => format!("Obsolete: {}", token.token_type.name),
        _ => format!("{words}: {}", token.token_type.name),
    };
    let mut more = Vec::new();
    if !token.description.is_empty() {
        more.push(format!("{}.", token.description));
    }
    match hint {
        Hint::Waits(_) | Hint::Locked => {
            more.push(format!("{} wrong codes in a row.", token.tries.failures));
        }
        Hint::WorksUntil(until) => {
            more.push(format!("Works until {}.", text::day(until, clock)));
        }
        Hint::WorksNoLonger => more.push("Works no longer.".to_owned()),
        _ => {}
    }
    let obsolete = token.token_type.obsolete_at(clock.now);
    if let Some(next) = obsolete.and_then(|obsolete| obsolete.followed_by.as_ref()) {
        more.push(format!("Next type: {next}."));
    }
    Some(Need {
        icon,
        what: words,
        more: more.join(" "),
        href: Some(way_on(it, token, hint, clock)),
    })
}

/// The action that ends what the hint says, if it can be done now; else the token.
fn way_on(it: &Overview, token: &Token, hint: Hint, clock: &Clock) -> (String, &'static str) {
    let mends = match hint {
        Hint::Waits(_) | Hint::Locked => Action::Unlock,
        Hint::WorksUntil(_) | Hint::WorksNoLonger => Action::Replace,
        _ => Action::View,
    };
    let offers = it.may.offers(token, &it.user, clock.now);
    let can = |offer: &Offer| offer.action == mends && offer.blocked.is_none();
    let action = if offers.iter().any(can) {
        mends
    } else {
        Action::View
    };
    (
        menu::address(action, it.user.id, &token.serial),
        text::action(action),
    )
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
