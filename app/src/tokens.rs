//! The Tokens tab, and the area of all pages about one user, in which an action opens as a dialog over
//! the page it came from.

mod action;
mod add;
mod call;
mod copy;
mod delete;
mod disable;
mod edit;
mod enable;
mod enrol;
mod head;
mod last;
mod list;
pub(crate) mod menu;
mod notices;
mod order;
mod outcome;
mod owned;
mod place;
mod proof;
mod replace;
mod reset;
mod result;
mod secret;
mod steps;
mod summary;
mod test;
mod unlock;
mod view;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};

pub use place::{Here, Place};

pub(crate) use add::type_choice;
pub(crate) use head::{status as token_status, token_card};

use add::AddToken;
use delete::DeletePage;
use disable::DisablePage;
use edit::EditPage;
use enable::EnablePage;
use enrol::EnrolToken;
use list::TokenList;
use replace::ReplacePage;
use reset::ResetPage;
use test::TestPage;
use unlock::UnlockPage;
use view::TokenPage;

use crate::ui::action::Modal;
use crate::ui::live::live;

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

/// Everything below `/users/{user}`.
#[component]
pub fn UserArea() -> impl IntoView {
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
        {live(move || page.get().map(view_of))}
        {live(move || over.get().map(|action| {
            let role = action.role();
            view! { <Modal close role>{view_of(action)}</Modal> }.into_any()
        }))}
    }
}

/// The component of a place; a new page or action costs one line here and one in [`Place`].
fn view_of(Here { user, place }: Here) -> AnyView {
    match place {
        Place::User(place) => place.view(user),
        Place::List => view! { <TokenList user/> }.into_any(),
        Place::New => view! { <AddToken user/> }.into_any(),
        Place::NewOf(slug) => view! { <EnrolToken user slug/> }.into_any(),
        Place::View(serial) => view! { <TokenPage user serial/> }.into_any(),
        Place::Test(serial) => view! { <TestPage user serial/> }.into_any(),
        Place::Disable(serial) => view! { <DisablePage user serial/> }.into_any(),
        Place::Enable(serial) => view! { <EnablePage user serial/> }.into_any(),
        Place::Unlock(serial) => view! { <UnlockPage user serial/> }.into_any(),
        Place::UnlockAndReset(serial) => view! { <ResetPage user serial unlocks=true/> }.into_any(),
        Place::Reset(serial) => view! { <ResetPage user serial unlocks=false/> }.into_any(),
        Place::Edit(serial) => view! { <EditPage user serial/> }.into_any(),
        Place::Replace(serial) => view! { <ReplacePage user serial/> }.into_any(),
        Place::Delete(serial) => view! { <DeletePage user serial/> }.into_any(),
    }
}
