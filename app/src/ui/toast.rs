//! The toast: what was done, said once at the edge of the window.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::icon::Icon;
use crate::page::{Notice, page};
use crate::ui::live::{effect, heard, live};

/// How long a message stays.
const SHOWN: Duration = Duration::from_secs(6);

/// The region where the page's notice appears. It stands in every page from the start, else a screen
/// reader would not say what appears in it; in the browser it is a popover, to lie above dialogs.
#[component]
pub fn Toasts() -> impl IntoView {
    let notice = page().notice;
    let region = NodeRef::<html::Div>::new();
    effect(move |_| {
        let Some(region) = region.get() else { return };
        let said = notice.get();
        raise(&region, said.is_some());
        if let Some(said) = said {
            close_later(notice, region, said);
        }
    });
    view! {
        <div class="toasts" role="status" node_ref=region>
            {live(move || notice.get().map(|said| toast(notice, said).into_any()))}
        </div>
    }
}

fn toast(notice: RwSignal<Option<Notice>>, said: Notice) -> impl IntoView {
    let about = (!said.about.is_empty()).then(|| view! { <small>{said.about}</small> }.into_any());
    view! {
        <div class="toast">
            <Icon icon=Icon::CircleCheck/>
            <div>{said.title} {about}</div>
            <button class="btn" type="button" data-variant="ghost" data-icon="" data-size="sm"
                aria-label="Close" on:click=heard(move |_| notice.set(None))>
                <Icon icon=Icon::X/>
            </button>
        </div>
    }
}

/// Puts the region above everything else, also above a dialog that opened meanwhile.
fn raise(region: &web_sys::HtmlElement, shown: bool) {
    let _ = region.set_attribute("popover", "manual");
    if region.matches(":popover-open").unwrap_or(false) {
        let _ = region.hide_popover();
    }
    if shown {
        let _ = region.show_popover();
    }
}

/// Closes this message after its time, but not while someone points at it or has the focus in it.
fn close_later(notice: RwSignal<Option<Notice>>, region: web_sys::HtmlDivElement, said: Notice) {
    set_timeout(
        move || {
            if notice.try_get_untracked().flatten().as_ref() != Some(&said) {
                return;
            }
            if region.matches(":hover, :focus-within").unwrap_or(false) {
                close_later(notice, region, said);
            } else {
                notice.set(None);
            }
        },
        SHOWN,
    );
}
