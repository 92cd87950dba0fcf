//! One token: what it is, how it stands, and what happened to it.

use domain::history::{last_use, mends, runs};
use domain::tab::Detail;
use domain::{Action, Offer, Timestamp};
use leptos::prelude::*;

use super::call::FindToken;
use super::{action, head, kind, menu};
use crate::clock::{Clock, Seen};
use crate::timeline::{About, timeline};
use crate::ui::avatar::Avatar;
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::time::{Day, Time};
use crate::{paths, text};

/// *View token*
#[component]
pub fn TokenPage(user: String, serial: String) -> impl IntoView {
    let load = use_load(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, page)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Detail>) -> AnyView {
    view! {
        {head::topbar(&it.user, &it.token.token_type.name)}
        {header(&it, &clock)}
        <div class="page-body">
            <div class="columns">
                <div class="stack" data-gap="lg">
                    {action::user_disabled(&it)}
                    {details(&it, &clock)}
                    {history(&it, &clock)}
                </div>
                <aside class="stack" data-gap="lg" aria-label="About this token">
                    {settings(&it)}
                    {holder(&it)}
                </aside>
            </div>
        </div>
    }
    .into_any()
}

fn header(it: &Detail, clock: &Clock) -> impl IntoView + use<> {
    let (token, user) = (&it.token, &it.user);
    let mut offers = it.may.offers(token, user, clock.now);
    offers.retain(|offer| offer.action != Action::View);
    let can_test = offers
        .iter()
        .any(|offer| offer.action == Action::Test && offer.blocked.is_none());
    let test = can_test.then(|| {
        view! {
            <a class="btn" data-variant="primary" data-noscroll=""
                href=paths::action(Action::Test, user.id, &token.serial)>
                <Icon icon=Icon::CircleCheckBig/>
                "Test token"
                <kbd aria-hidden="true">"T"</kbd>
            </a>
        }
        .into_any()
    });
    let more = (!offers.is_empty()).then(|| menu::row_menu(user, token, &offers, clock));
    let description = (!token.description.is_empty())
        .then(|| view! { <span>{token.description.clone()}</span> }.into_any());
    view! {
        <header class="page-header">
            <span class="tile" data-size="lg">
                <Icon icon=text::type_icon(&token.token_type.icon)/>
            </span>
            <div class="titles">
                <div class="title-row">
                    <h1 tabindex="-1">{token.token_type.name.clone()}</h1>
                    {head::badge(token, clock, true)}
                </div>
                <div class="meta">
                    {description}
                    <span class="code">{token.serial.to_string()}</span>
                </div>
            </div>
            <div class="actions">{test}{more}</div>
        </header>
    }
}

fn details(it: &Detail, clock: &Clock) -> impl IntoView + use<> {
    let token = &it.token;
    let now = clock.now();
    let time = |at: Timestamp| view! { <Time at=clock.at(at) now/> }.into_any();
    let none = |word: &'static str| view! { <span class="subtle">{word}</span> }.into_any();
    let description = match token.description.as_str() {
        "" => none("None"),
        words => words.to_owned().into_any(),
    };
    let used = match token.last_used_at {
        Some(at) => {
            let from = last_use(&it.history).map(text::asked_from);
            view! { {time(at)} " " <small>{from}</small> }.into_any()
        }
        None => none("Never"),
    };
    let expires = match token.expires_at {
        Some(at) => view! { <Day at=clock.at(Timestamp(at.0.saturating_sub(1)))/> }.into_any(),
        None => none("Never"),
    };
    let disabled = token
        .disabled
        .as_ref()
        .filter(|disabled| disabled.holds(clock.now));
    let disabled = disabled.map(|disabled| {
        let why = match disabled.reason.as_str() {
            "" => format!("by {}", disabled.by),
            reason => format!("by {}: {reason}", disabled.by),
        };
        fact(
            "Disabled",
            view! { {time(disabled.at)} " " <small>{why}</small> }.into_any(),
        )
    });
    let failures = token.tries.failures.to_string();
    view! {
        <section class="card">
            <header><div><h2>"Details"</h2></div>{edit(it, clock)}</header>
            <div class="body">
                <dl class="facts">
                    {fact("Status", head::status(token, clock).into_any())}
                    {disabled}
                    {fact("Description", description)}
                    {fact("Device", view! {
                        <span class="code">{token.serial.to_string()}</span>
                    }.into_any())}
                    {fact("Last used", used)}
                    {fact("Updated", time(token.updated_at))}
                    {fact("Expires", expires)}
                    {fact("Created", view! {
                        {time(token.created_at)}
                        " "
                        <small>{format!("by {}", token.created_by)}</small>
                    }.into_any())}
                    {fact("Failures", view! {
                        {failures}
                        " "
                        <small>"since the last success; waits from 5, locked at 50"</small>
                    }.into_any())}
                </dl>
            </div>
        </section>
    }
}

/// The way to what can be changed of the details.
fn edit(it: &Detail, clock: &Clock) -> Option<AnyView> {
    let offers = it.may.offers(&it.token, &it.user, clock.now);
    let can = |offer: &&Offer| offer.action == Action::Edit && offer.blocked.is_none();
    offers.iter().find(can)?;
    let href = paths::action(Action::Edit, it.user.id, &it.token.serial);
    Some(
        view! {
            <div class="end">
                <a class="btn" data-variant="ghost" data-size="sm" data-noscroll="" href=href>
                    <Icon icon=Icon::Pencil/>
                    "Edit"
                </a>
            </div>
        }
        .into_any(),
    )
}

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn history(it: &Detail, clock: &Clock) -> impl IntoView + use<> {
    let runs = runs(it.history.clone());
    let token = std::slice::from_ref(&it.token);
    let mends = mends(&runs, token, &it.user, &it.may, clock.now);
    let rows = timeline(&runs, &mends, About::Token(it.user.id), clock);
    let activity = paths::user_activity(it.user.id);
    view! {
        <section class="card">
            <header>
                <div><h2>"Recent activity"</h2></div>
                <div class="end"><a class="link" href=activity>"All activity"</a></div>
            </header>
            <div class="body">{rows}</div>
        </section>
    }
}

fn settings(it: &Detail) -> impl IntoView + use<> {
    let settings = kind::settings(&it.token).into_iter();
    let facts = settings.map(|(name, words)| fact(name, words.into_any()));
    view! {
        <section class="card">
            <header><div><h2>"Settings"</h2></div></header>
            <div class="body">
                <dl class="facts">{facts.collect::<Vec<_>>()}</dl>
            </div>
        </section>
    }
}

fn holder(it: &Detail) -> impl IntoView + use<> {
    let user = &it.user;
    let second = format!("{}, {}", user.username, user.realm_name);
    view! {
        <section class="card">
            <header><div><h2>"User"</h2></div></header>
            <div class="body">
                <a class="who" href=paths::tokens(user.id)>
                    <Avatar name=user.display_name()/>
                    <span>{user.display_name()}<small class="second">{second}</small></span>
                </a>
            </div>
        </section>
    }
}
