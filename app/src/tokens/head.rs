//! What the Tokens tab's pages begin with: the bar above, a user's head with its tabs, a token's card.

use domain::{Token, User};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::clock::Clock;
use crate::ui::avatar::Avatar;
use crate::ui::badge::{Badge, Note};
use crate::ui::frame::Topbar;
use crate::ui::icon::Icon;
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

/// A user's head and tabs, with the button that adds a token.
pub(super) fn user_head(user: &User, count: usize, may_enrol: bool) -> impl IntoView + use<> {
    let id = user.id;
    let name = user.display_name();
    let part = |icon, words: String| view! { <span><Icon icon/>{words}</span> };
    let contacts = user
        .contacts
        .iter()
        .filter(|contact| contact.preferred)
        .map(|contact| {
            let icon = match contact.kind {
                domain::ContactKind::Phone => Icon::Phone,
                domain::ContactKind::Email => Icon::Mail,
            };
            part(icon, contact.value.clone())
        });
    let contacts = contacts.collect::<Vec<_>>();
    let department =
        (!user.department.is_empty()).then(|| part(Icon::Building2, user.department.clone()));
    let add = may_enrol.then(|| {
        view! {
            <div class="actions">
                <a class="btn" data-variant="primary" href=paths::new_token(id)>
                    <Icon icon=Icon::Plus/>
                    "Add new token"
                </a>
            </div>
        }
    });
    view! {
        <header class="page-header">
            <Avatar name=name.clone() large=true/>
            <div class="titles">
                <div class="title-row"><h1 tabindex="-1">{name.clone()}</h1></div>
                <div class="meta">
                    {part(Icon::AtSign, user.username.clone())}
                    <span title="Realm">
                        <Icon icon=Icon::Layers/>
                        <span class="visually-hidden">"Realm "</span>
                        {user.realm_name.clone()}
                    </span>
                    {contacts}
                    {department}
                </div>
            </div>
            {add}
        </header>
        <nav class="tabs" aria-label=name>
            <a href=paths::user(id)>"Overview"</a>
            <a href=paths::tokens(id) aria-current="page">
                "Tokens"
                <span class="count">{count.to_string()}</span>
            </a>
            <a href=paths::user_activity(id)>"Activity"</a>
        </nav>
    }
}

/// A token's badge and the notes beside it.
pub(super) fn status(token: &Token, clock: &Clock) -> impl IntoView + use<> {
    let (tone, icon, word) = text::status(token.status(clock.now));
    let notes = token
        .hints(clock.now)
        .into_iter()
        .map(|hint| {
            let (tone, icon, text) = text::hint(hint, clock);
            view! { <Note tone icon=Some(icon) text/> }
        })
        .collect::<Vec<_>>();
    view! {
        <Badge tone icon=Some(icon) capitals=true word/>
        {notes}
    }
}

/// Which token a question is about.
pub(super) fn token_card(token: &Token) -> impl IntoView + use<> {
    let description =
        (!token.description.is_empty()).then(|| view! { {token.description.clone()} ", " });
    view! {
        <div class="card">
            <div class="body who">
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
}
