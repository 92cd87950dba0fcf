//! What the user has already, beside the choice of a new token.

use domain::{Status, Token, User};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::text;
use crate::ui::badge::Badge;
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
        .then(|| view! { <span class="second">{token.description.clone()}</span> });
    view! {
        <li>
            <Icon icon=text::type_icon(&token.token_type.icon)/>
            <div>{token.token_type.name.clone()} {description}</div>
            {attention(token, clock)}
        </li>
    }
    .into_any()
}

/// The one thing that is wrong with a token; none for one that is as it should be.
fn attention(token: &Token, clock: &Clock) -> Option<AnyView> {
    let status = token.status(clock.now);
    let (tone, icon, word) = match status {
        Status::Active => {
            token.attention(clock.now)?;
            // of several the first is the worst
            text::hint(token.hints(clock.now).into_iter().next()?, clock)
        }
        Status::Disabled | Status::Obsolete => {
            let (tone, icon, word) = text::status(status);
            (tone, Some(icon), word.to_owned())
        }
    };
    let capitals = status != Status::Active;
    Some(view! { <Badge tone icon capitals word/> }.into_any())
}
