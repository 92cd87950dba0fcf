//! What the Tokens tab's pages begin with: the bar above, and a token's card.

use domain::{Token, TryState, User};
use leptos::prelude::*;

use crate::clock::Clock;
use crate::ui::action::Dialog;
use crate::ui::badge::{Badge, Note, Tone};
use crate::ui::frame::Topbar;
use crate::ui::icon::Icon;
use crate::ui::title::Title;
use crate::{paths, text};

/// The bar above a page of this user.
pub(super) fn topbar(user: &User, here: &str) -> impl IntoView + use<> {
    let above = vec![
        (paths::users(), "Users".to_owned()),
        (paths::tokens(user.id), user.display_name()),
    ];
    let title = format!("{here} · {}", user.display_name());
    view! {
        <Title text=title/>
        <Topbar above here=here.to_owned()/>
    }
}

/// A token's badge. An active token that does not verify now has no green mark; `filled` is how it
/// stands beside a title, where a mark alone would be lost.
pub(super) fn badge(token: &Token, clock: &Clock, filled: bool) -> impl IntoView + use<> {
    let (tone, icon, word) = text::status(token.status(clock.now));
    let works = token.may_sign_in(clock.now) && token.try_state(clock.now) == TryState::Open;
    let tone = match (tone, works, filled) {
        (Tone::Quiet, false, _) => Tone::Plain,
        (Tone::Quiet, true, true) => Tone::Success,
        (tone, ..) => tone,
    };
    view! { <Badge tone icon=Some(icon) capitals=true word/> }
}

/// A token's badge and the notes beside it.
pub(crate) fn status(token: &Token, clock: &Clock) -> impl IntoView + use<> {
    let notes = token
        .hints(clock.now)
        .into_iter()
        .map(|hint| {
            let (tone, icon, text) = text::hint(hint, clock);
            view! { <Note tone icon text/> }.into_any()
        })
        .collect::<Vec<_>>();
    view! {
        {badge(token, clock, false)}
        {notes}
    }
}

/// Which token a question is about: a card on a page, without its frame in a dialog.
pub(crate) fn token_card(token: &Token) -> AnyView {
    let description = (!token.description.is_empty())
        .then(|| view! { {token.description.clone()} ", " }.into_any());
    let card = use_context::<Dialog>().is_none();
    let who = if card { "body who" } else { "who" };
    view! {
        <div class=card.then_some("card")>
            <div class=who>
                <span class="tile"><Icon icon=text::type_icon(&token.token_type.icon)/></span>
                <div>
                    <strong>{token.token_type.name.clone()}</strong>
                    <span class="second">
                        {description}
                        <span class="code">{token.serial.to_string()}</span>
                    </span>
                </div>
            </div>
        </div>
    }
    .into_any()
}
