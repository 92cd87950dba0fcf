//! What needs attention of a user, each with the way to put it right.

use domain::people::Overview;
use domain::token::NoSignIn;
use domain::{Action, Hint, Offer, Token, TryState};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::ui::icon::Icon;
use crate::{paths, text};

/// One thing that needs attention.
struct Need {
    icon: Icon,
    what: String,
    more: String,
    /// Where it is put right, and what that is called.
    href: Option<(String, &'static str)>,
}

pub(super) fn attention(it: &Overview, clock: &Clock) -> AnyView {
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
    let more = match it.no_sign_in {
        Some(NoSignIn::TokensLocked) => "Every active token is locked.",
        Some(NoSignIn::NoActiveToken) => "No token of this user verifies now.",
        Some(NoSignIn::UserDisabled | NoSignIn::UserLocked) | None => return needs,
    };
    needs.push(need(Icon::CircleAlert, "Cannot sign in".into(), more));
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
        paths::action(action, it.user.id, &token.serial),
        text::action(action),
    )
}
