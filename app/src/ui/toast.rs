//! Toasts: what was done, said once at the edge of the window.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::icon::Icon;

/// How long a message stays. Failures stay until they are closed.
const SHOWN: Duration = Duration::from_secs(6);

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What was done, such as "Token disabled".
    pub title: String,
    /// To what, such as "HOTP app, Backup tablet"; may be empty.
    pub about: String,
    /// Whether it tells of a failure.
    pub failed: bool,
}

/// The message of this page, provided as context by the app. Setting it says it.
#[derive(Clone, Copy, Debug)]
pub struct Toaster(pub RwSignal<Option<Toast>>);

impl Toaster {
    /// Says that something was done.
    pub fn done(self, title: String, about: String) {
        self.0.set(Some(Toast {
            title,
            about,
            failed: false,
        }));
    }

    /// Says that something failed.
    pub fn failed(self, title: String) {
        self.0.set(Some(Toast {
            title,
            about: String::new(),
            failed: true,
        }));
    }
}

/// The region where messages appear. It stands in every page from the start, else a screen reader
/// would not say what appears in it; in the browser it is a popover, to lie above dialogs.
#[component]
pub fn Toasts(
    /// Where the messages come from.
    toaster: Toaster,
) -> impl IntoView {
    let region = NodeRef::<html::Div>::new();
    Effect::new(move || {
        let Some(region) = region.get() else { return };
        let toast = toaster.0.get();
        raise(&region, toast.is_some());
        if let Some(toast) = toast
            && !toast.failed
        {
            close_later(toaster, region, toast);
        }
    });
    view! {
        <div class="toasts" role="status" node_ref=region>
            {move || toaster.0.get().map(|toast| toast_view(toaster, toast))}
        </div>
    }
}

fn toast_view(toaster: Toaster, toast: Toast) -> impl IntoView {
    let (tone, icon) = if toast.failed {
        (Some("danger"), Icon::CircleAlert)
    } else {
        (None, Icon::CircleCheck)
    };
    let about = (!toast.about.is_empty()).then(|| view! { <small>{toast.about}</small> });
    view! {
        <div class="toast" data-tone=tone role=toast.failed.then_some("alert")>
            <Icon icon/>
            <div>{toast.title} {about}</div>
            <button
                class="btn"
                type="button"
                data-variant="ghost"
                data-icon=""
                data-size="sm"
                aria-label="Close"
                on:click=move |_| toaster.0.set(None)
            >
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
fn close_later(toaster: Toaster, region: web_sys::HtmlDivElement, toast: Toast) {
    set_timeout(
        move || {
            if toaster.0.try_get_untracked().flatten().as_ref() != Some(&toast) {
                return;
            }
            if region.matches(":hover, :focus-within").unwrap_or(false) {
                close_later(toaster, region, toast);
            } else {
                toaster.0.set(None);
            }
        },
        SHOWN,
    );
}
