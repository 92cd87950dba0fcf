//! The operator's own account: one area in which a question opens as a dialog over the page.

mod add;
mod call;
mod confirm;
mod page;
mod place;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};

pub use call::{
    AddOwnApp, ChangePassword, EndSessions, Made, OwnAccount, ProveOwnApp, RemoveOwnApp,
};

use crate::paths;
use crate::ui::action::Modal;
use crate::ui::live::live;
use add::AddPage;
use confirm::{EndPage, RemovePage};
use page::AccountPage;
use place::Place;

/// What is shown, and the question that lies over it.
#[derive(Clone, PartialEq)]
struct Shown {
    page: Place,
    over: Option<Place>,
}

impl Shown {
    /// A question lies over the page it was opened from; loaded by its address it is the page.
    fn after(before: Option<&Self>, here: Place) -> Self {
        match before {
            Some(before) if here.is_question() && !before.page.is_question() => Self {
                page: before.page.clone(),
                over: Some(here),
            },
            Some(_) | None => Self {
                page: here,
                over: None,
            },
        }
    }
}

/// Everything below `/account`.
#[component]
pub fn AccountArea() -> impl IntoView {
    let pathname = use_location().pathname;
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let before = before.and_then(Option::as_ref);
        match Place::parse(&pathname.get()) {
            Some(here) => Some(Shown::after(before, here)),
            // The address is already that of the next page, outside this area.
            None => before.cloned(),
        }
    });
    let page = Memo::new(move |_| shown.with(|it| it.as_ref().map(|it| it.page.clone())));
    let over = Memo::new(move |_| shown.with(|it| it.as_ref()?.over.clone()));
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::account(), options);
    });
    view! {
        // The routes below show nothing, but the router waits for them.
        <Outlet/>
        {live(move || page.get().map(view_of))}
        {live(move || over.get().map(|question| view! { <Modal close>{view_of(question)}</Modal> }.into_any()))}
    }
}

fn view_of(place: Place) -> AnyView {
    match place {
        Place::Account => view! { <AccountPage/> }.into_any(),
        Place::Add => view! { <AddPage/> }.into_any(),
        Place::Remove(serial) => view! { <RemovePage serial/> }.into_any(),
        Place::End(session) => view! { <EndPage session/> }.into_any(),
        Place::EndOthers => view! { <EndPage session=String::new()/> }.into_any(),
    }
}
