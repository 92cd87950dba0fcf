//! A user's head: who it is, how to reach that person, and the tabs. Every page about a user has it.

use domain::{ContactKind, TryState, User};
use leptos::prelude::*;

use super::manage;
use crate::clock::Clock;
use crate::paths;
use crate::ui::avatar::Avatar;
use crate::ui::frame::Topbar;
use crate::ui::icon::Icon;
use crate::ui::title::Title;

/// The pages about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserTab {
    /// At a glance.
    Overview,
    /// The tokens.
    Tokens,
    /// What happened.
    Activity,
}

impl UserTab {
    fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Tokens => "Tokens",
            Self::Activity => "Activity",
        }
    }
}

/// The bar above a user's page, and the window's title.
pub fn topbar(user: &User, tab: UserTab) -> impl IntoView + use<> {
    let name = user.display_name();
    let mut above = vec![(paths::users(), "Users".to_owned())];
    let (title, here) = match tab {
        UserTab::Overview => (name.clone(), name),
        UserTab::Tokens | UserTab::Activity => {
            above.push((paths::user(user.id), name.clone()));
            (format!("{} · {name}", tab.label()), tab.label().to_owned())
        }
    };
    view! {
        <Title text=title/>
        <Topbar above here/>
    }
}

/// Whether there is something to unlock of the user.
pub fn waits_or_is_locked(user: &User, clock: &Clock) -> bool {
    user.try_state(clock.now) != TryState::Open
}

/// What a user's head offers, besides looking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Adding a token.
    pub enrol: bool,
    /// Unlocking the user, where there is something to unlock.
    pub unlock: bool,
    /// Editing, disabling and deleting the user.
    pub manage: bool,
}

/// A user's head and tabs, with the buttons of what is offered.
pub fn user_head(
    user: &User,
    current: UserTab,
    tokens: Option<usize>,
    offered: Offered,
) -> impl IntoView + use<> {
    let id = user.id;
    let name = user.display_name();
    let unlock = offered.unlock.then(|| {
        view! {
            <a class="btn" href=paths::unlock_user(id) data-noscroll="">
                <Icon icon=Icon::LockOpen/>
                "Unlock"
            </a>
        }
        .into_any()
    });
    let add = offered.enrol.then(|| {
        view! {
            <a class="btn" data-variant="primary" aria-keyshortcuts="N" href=paths::new_token(id)>
                <Icon icon=Icon::Plus/>
                "Add new token"
                <kbd aria-hidden="true">"N"</kbd>
            </a>
        }
        .into_any()
    });
    let menu = offered.manage.then(|| manage::menu(user));
    let actions = (unlock.is_some() || add.is_some() || menu.is_some())
        .then(|| view! { <div class="actions">{unlock}{add}{menu}</div> }.into_any());
    let tab = |tab| (current == tab).then_some("page");
    let count =
        tokens.map(|count| view! { <span class="count">{count.to_string()}</span> }.into_any());
    view! {
        <header class="page-header">
            <Avatar name=name.clone() large=true/>
            <div class="titles">
                <div class="title-row"><h1 tabindex="-1">{name.clone()}</h1>{manage::badge(user)}</div>
                {meta(user)}
            </div>
            {actions}
        </header>
        <nav class="tabs" aria-label=name>
            <a href=paths::user(id) aria-current=tab(UserTab::Overview)>"Overview"</a>
            <a href=paths::tokens(id) aria-current=tab(UserTab::Tokens)>"Tokens"{count}</a>
            <a href=paths::user_activity(id) aria-current=tab(UserTab::Activity)>"Activity"</a>
        </nav>
    }
}

fn meta(user: &User) -> impl IntoView + use<> {
    let part = |icon, words: &str| view! { <span><Icon icon/>{words.to_owned()}</span> }.into_any();
    let contacts = user
        .contacts
        .iter()
        .filter(|contact| contact.preferred)
        .map(|contact| match contact.kind {
            ContactKind::Phone => part(Icon::Phone, &contact.value),
            ContactKind::Email => part(Icon::Mail, &contact.value),
        })
        .collect::<Vec<_>>();
    let department = (!user.department.is_empty()).then(|| part(Icon::Building2, &user.department));
    view! {
        <div class="meta">
            {part(Icon::AtSign, &user.username)}
            <span title="Realm">
                <Icon icon=Icon::Layers/>
                <span class="visually-hidden">"Realm "</span>
                {user.realm_name.clone()}
            </span>
            {contacts}
            {department}
        </div>
    }
}
