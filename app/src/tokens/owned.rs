//! What the user has already, beside the choice of a new token.

use domain::{Hint, Status, Token, User};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::text;
use crate::ui::badge::{Badge, Note};
use crate::ui::icon::Icon;

/// The user's tokens, each with what needs attention; nothing for a user without tokens.
pub(super) fn owned(user: &User, tokens: &[Token], clock: &Clock) -> Option<AnyView> {
    if tokens.is_empty() {
        return None;
    }
    let name = text::first_name(user);
    let tokens = tokens
        .iter()
        .map(|token| line(token, clock))
        .collect::<Vec<_>>();
    Some(
        view! {
            <aside aria-label=format!("Tokens {name} already has")>
                <section class="card" data-sunken="">
                    <header><div><h2>{format!("{name} already has")}</h2></div></header>
                    <ul class="list" data-plain="">{tokens}</ul>
                </section>
            </aside>
        }
        .into_any(),
    )
}

fn line(token: &Token, clock: &Clock) -> AnyView {
    let description = (!token.description.is_empty())
        .then(|| view! { <span class="second">{token.description.clone()}</span> }.into_any());
    let (beside, below) = attention(token, clock);
    view! {
        <li>
            <Icon icon=text::type_icon(&token.token_type.icon)/>
            <div>{token.token_type.name.clone()} {description} {below}</div>
            {beside}
        </li>
    }
    .into_any()
}

/// What is wrong with a token, if anything is: a word beside it, or below it a sentence with a date,
/// for which there is no room beside.
fn attention(token: &Token, clock: &Clock) -> (Option<AnyView>, Option<AnyView>) {
    let status = token.status(clock.now);
    if status != Status::Active {
        let (tone, icon, word) = text::status(status);
        let badge = view! { <Badge tone icon=Some(icon) capitals=true word/> };
        return (Some(badge.into_any()), None);
    }
    // of several the first is the worst
    let worst = token.hints(clock.now).into_iter().next();
    let Some(worst) = worst.filter(|_| token.attention(clock.now).is_some()) else {
        return (None, None);
    };
    let (tone, icon, words) = text::hint(worst, clock);
    match worst {
        Hint::Locked | Hint::Waits(_) => (
            Some(view! { <Badge tone icon word=words/> }.into_any()),
            None,
        ),
        _ => (
            None,
            Some(view! { <Note tone icon text=words/> }.into_any()),
        ),
    }
}
