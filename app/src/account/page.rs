//! The account page: own tokens, password, sessions.

use domain::Token;
use domain::account::{Account, OwnSession};
use leptos::prelude::*;

use super::browser;
use super::call::{ChangePassword, OwnAccount};
use crate::clock::{Clock, Seen};
use crate::tokens::token_status;
use crate::ui::form::{Field, FieldKind, PageForm, use_form};
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load};
use crate::ui::time::{date, near};
use crate::ui::title::Title;
use crate::{paths, text};

/// Everything that is one's own.
#[component]
pub(super) fn AccountPage() -> impl IntoView {
    let load = use_load(|| OwnAccount {});
    view! {
        <Title text="Account"/>
        <Topbar above=Vec::new() here="Account"/>
        <Loaded load what="account" let:seen>
            {account(&seen)}
        </Loaded>
    }
}

fn account(Seen { clock, it }: &Seen<Account>) -> AnyView {
    view! {
        <PageHeader title="Account" lead=it.user.display_name()/>
        <div class="page-body">
            <div class="columns">
                <div class="stack" data-gap="lg">{tokens(it, clock)} {password(it, clock)}</div>
                {sessions(it, clock)}
            </div>
        </div>
    }
    .into_any()
}

fn tokens(it: &Account, clock: &Clock) -> AnyView {
    let rows = it.tokens.iter().map(|token| own_token(it, token, clock));
    let rows = rows.collect::<Vec<_>>();
    let waits = it.enrolment.as_ref().map(|enrolment| {
        let ends = text::inner(&near(clock.at(enrolment.ends_at), clock.now()));
        let name = domain::token::name(&enrolment.type_name, &enrolment.description);
        view! {
            <li>
                <Icon icon=Icon::Hourglass/>
                <div>
                    <strong>{format!("Waiting for proof: {name}")}</strong>
                    <span class="second">{format!("Ends {ends}")}</span>
                </div>
                <a class="btn" data-size="sm" href=paths::add_own_token()>"Continue"</a>
            </li>
        }
        .into_any()
    });
    view! {
        <section class="card" aria-labelledby="own-tokens">
            <header>
                <div>
                    <h2 id="own-tokens">"Your tokens"</h2>
                    <p>"For signing in to this console. Each change asks for your password and a fresh code."</p>
                </div>
                <div class="end">
                    <a class="btn" data-size="sm" href=paths::add_own_token()>
                        <Icon icon=Icon::Plus/>
                        "Add new token"
                    </a>
                </div>
            </header>
            <ul class="list">{waits}{rows}</ul>
        </section>
    }
    .into_any()
}

fn own_token(it: &Account, token: &Token, clock: &Clock) -> AnyView {
    let used = match token.last_used_at {
        Some(at) => format!(
            "Last used {}",
            text::inner(&near(clock.at(at), clock.now()))
        ),
        None => "Never used".to_owned(),
    };
    let second = match token.description.as_str() {
        "" => used,
        description => format!("{description}. {used}"),
    };
    let (name, serial) = (token.name(), token.serial.to_string());
    let can_spare = it.can_spare(token, clock.now);
    let reason_id = format!("stays-{serial}");
    let reason = (!can_spare).then(|| {
        view! { <span class="second" id=reason_id.clone()>"It stays: you could not sign in without it."</span> }.into_any()
    });
    view! {
        <li>
            <span class="tile"><Icon icon=text::type_icon(&token.token_type.icon)/></span>
            <div>
                <strong>{token.token_type.name.clone()}</strong>
                <span class="second">{second} ". " <span class="code">{serial.clone()}</span></span>
                {reason}
            </div>
            <div class="row">{token_status(token, clock)}</div>
            <a class="btn" data-size="sm" role=(!can_spare).then_some("link")
                href=can_spare.then(|| paths::delete_own_token(&serial))
                aria-disabled=(!can_spare).then_some("true")
                aria-describedby=(!can_spare).then(|| reason_id.clone())
                tabindex=(!can_spare).then_some("0")
                aria-label=format!("Delete token: {name}")>
                "Delete token"
            </a>
        </li>
    }
    .into_any()
}

fn password(it: &Account, clock: &Clock) -> AnyView {
    let form = use_form::<ChangePassword>("");
    let changed = match it.password_changed_at {
        Some(at) => format!("Changed on {}. ", date(clock.at(at))),
        None => String::new(),
    };
    view! {
        <section class="card" aria-labelledby="own-password">
            <header><div>
                <h2 id="own-password">"Password"</h2>
                <p>{format!("{changed}Other sessions end when it changes.")}</p>
            </div></header>
            <PageForm form submit="Change password" class="body stack">
                <Field name="old" label="Current password" kind=FieldKind::Password
                    required=true autocomplete="current-password"/>
                <Field name="new" label="New password" kind=FieldKind::Password required=true
                    autocomplete="new-password" maxlength=128
                    hint="12 characters or more, of any kind."/>
                <Field name="code" label="Code" kind=FieldKind::Code(6) required=true
                    autocomplete="one-time-code"
                    hint="From your authenticator app. Other sessions end."/>
            </PageForm>
        </section>
    }
    .into_any()
}

fn sessions(it: &Account, clock: &Clock) -> AnyView {
    let rows = it
        .sessions
        .iter()
        .map(|session| own_session(session, clock));
    let rows = rows.collect::<Vec<_>>();
    let all = (it.sessions.len() > 1).then(|| {
        let href = paths::end_other_sessions();
        view! {
            <div class="end"><a class="btn" data-size="sm" href=href>"End all others"</a></div>
        }
        .into_any()
    });
    view! {
        <aside aria-label="Sessions">
            <section class="card">
                <header><div><h2>"Sessions"</h2></div>{all}</header>
                <ul class="list">{rows}</ul>
            </section>
        </aside>
    }
    .into_any()
}

fn own_session(session: &OwnSession, clock: &Clock) -> AnyView {
    let now = clock.now();
    let (title, end) = match session.is_this {
        true => ("This session", None),
        false => ("Another session", Some(paths::end_session(session.id))),
    };
    let label = format!("End the session of {}", session.address);
    let end = end.map(|href| {
        view! { <a class="btn" data-size="sm" href=href aria-label=label>"End"</a> }.into_any()
    });
    let or_unknown = |words: &str| match words {
        "" => "Unknown".to_owned(),
        words => words.to_owned(),
    };
    let ends = text::inner(&near(clock.at(session.ends_at), now));
    let seen = text::inner(&near(clock.at(session.seen_at), now));
    let since = text::inner(&near(clock.at(session.started_at), now));
    view! {
        <li>
            <div>
                <strong>{title}</strong>
                <span class="second">
                    <span class="code">{or_unknown(&session.address)}</span>
                    {format!(". Since {since}. Last seen {seen}. Ends {ends}, or after 30 minutes without use.")}
                </span>
                <span class="second" title=session.agent.clone()>{browser::in_words(&session.agent)}</span>
            </div>
            {end}
        </li>
    }
    .into_any()
}
