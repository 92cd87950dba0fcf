//! An area of pages in which an action opens as a dialog over the page it came from, with an address of its
//! own; loaded by that address it is a page.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_navigate};

use super::action::Modal;
use super::live::live;

/// A page or an action of an area.
pub trait InArea: Clone + PartialEq + Send + Sync + 'static {
    /// What stands at this path; `None` when the path lies outside the area.
    fn parse(path: &str) -> Option<Self>;

    /// Its address.
    fn address(&self) -> String;

    /// Whether it opens as a dialog over this one.
    fn lies_over(&self, page: &Self) -> bool;

    /// The role of its dialog: `alertdialog` for what cannot be taken back.
    fn role(&self) -> Option<&'static str> {
        None
    }

    /// Its component.
    fn view(self) -> AnyView;
}

/// Which page is shown, and which action lies over it.
#[derive(Clone, PartialEq)]
struct Shown<P> {
    page: P,
    over: Option<P>,
}

impl<P: InArea> Shown<P> {
    fn after(before: Option<&Self>, here: P) -> Self {
        match before {
            Some(before) if here.lies_over(&before.page) => Self {
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

/// All that stands in the area. It reads the address itself, for it may show two of them at once.
pub fn area<P: InArea>() -> impl IntoView {
    let pathname = use_location().pathname;
    let shown = Memo::new(move |before: Option<&Option<Shown<P>>>| {
        let before = before.and_then(Option::as_ref);
        match P::parse(&pathname.get()) {
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
        {live(move || page.get().map(P::view))}
        {live(move || over.get().map(|action| {
            let role = action.role();
            view! { <Modal close role>{action.view()}</Modal> }.into_any()
        }))}
    }
}
