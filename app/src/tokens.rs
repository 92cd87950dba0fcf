//! The Tokens tab: one area in which an action opens as a dialog over the page it came from.

mod place;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};

pub use place::{Here, Place};

use crate::paths;
use crate::ui::action::{Action, Modal};

/// Which of the area's pages is shown, and which action lies over it.
#[derive(Clone, PartialEq)]
struct Shown {
    page: Here,
    over: Option<Here>,
}

impl Shown {
    /// An action lies over the page it was opened from; loaded by its address it is the page.
    fn after(before: Option<&Self>, here: Here) -> Self {
        match before {
            Some(before)
                if here.is_action()
                    && !before.page.is_action()
                    && before.page.user == here.user =>
            {
                Self {
                    page: before.page.clone(),
                    over: Some(here),
                }
            }
            Some(_) | None => Self {
                page: here,
                over: None,
            },
        }
    }
}

/// Everything below `/users/{user}/tokens`.
#[component]
pub fn TokensArea() -> impl IntoView {
    let pathname = use_location().pathname;
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let before = before.and_then(Option::as_ref);
        match Here::parse(&pathname.get()) {
            Some(here) => Some(Shown::after(before, here)),
            // The address is already that of the next page, outside this area.
            None => before.cloned(),
        }
    });
    let page = Memo::new(move |_| shown.with(|it| it.as_ref().map(|it| it.page.clone())));
    let over = Memo::new(move |_| shown.with(|it| it.as_ref()?.over.clone()));
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        if let Some(page) = page.get_untracked() {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&page.address(), options);
        }
    });
    view! {
        // The routes below show nothing, but the router waits for them before it changes the
        // address.
        <Outlet/>
        {move || page.get().map(view_of)}
        {move || over.get().map(|action| view! { <Modal close>{view_of(action)}</Modal> })}
    }
}

/// The component of a place; a new page or action costs one line here and one in [`Place`].
fn view_of(Here { user, place }: Here) -> AnyView {
    match place {
        Place::List => view! { <Placeholder title="Tokens" user/> }.into_any(),
        Place::New => view! { <Placeholder title="Add new token" user/> }.into_any(),
        Place::NewOf(_) => view! { <Placeholder title="Add new token" user/> }.into_any(),
        Place::View(_) => view! { <Placeholder title="View token" user/> }.into_any(),
        Place::Test(_) => view! { <Placeholder title="Test token" user/> }.into_any(),
        Place::Disable(_) => view! { <Placeholder title="Disable this token?" user/> }.into_any(),
        Place::Enable(_) => view! { <Placeholder title="Enable this token?" user/> }.into_any(),
    }
}

#[component]
fn Placeholder(title: &'static str, user: String) -> impl IntoView {
    let serial = "TOTP-7K3M9QXA";
    view! {
        <Action title>
            <a href=paths::tokens(&user)>"Tokens"</a>
            <a href=paths::token(&user, serial)>"View token"</a>
            <a href=paths::test_token(&user, serial) data-noscroll="">"Test token"</a>
            <a href=paths::disable_token(&user, serial) data-noscroll="">"Disable temporarily"</a>
        </Action>
    }
}
