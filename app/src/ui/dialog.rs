//! Modal dialog: what an address shows over the page it was opened from.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::Icon;

/// A modal dialog. It opens as soon as it stands in the page, and closing it goes `back`.
///
/// Only for pages reached within the browser: as served, an action is a page of its own.
/// The form inside has class `body`; its buttons go into `DialogEnd` and name it with `form`.
#[component]
pub fn Dialog(
    /// Its id, unique on the page.
    id: &'static str,
    /// The question or the name of the form.
    #[prop(into)]
    title: String,
    /// What it is about, in one sentence.
    #[prop(optional, into)]
    lead: String,
    /// Where Esc, Close and a click outside go.
    back: String,
    /// Whether it asks about something that cannot be undone: no click outside, and the focus
    /// waits on whatever has `autofocus`, which should be the safe button.
    #[prop(optional)]
    alert: bool,
    /// The body and the end.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            open(&dialog);
        }
    });
    // Closing before it leaves the page is what gives the focus back to its opener.
    on_cleanup(move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    });
    let navigate = use_navigate();
    let address = back.clone();
    let leave = move |event: web_sys::Event| {
        event.prevent_default();
        navigate(
            &address,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    let leave_outside = leave.clone();
    let outside = move |event: ev::MouseEvent| {
        if !alert && event.target() == event.current_target() {
            leave_outside(event.into());
        }
    };
    let title_id = id.to_owned() + "-title";
    let described = (!lead.is_empty()).then(|| id.to_owned() + "-lead");
    let heading = view! { <h2 id=title_id.clone()>{title}</h2> };
    let lead = described.clone().map(|id| view! { <p id=id>{lead}</p> });
    view! {
        <dialog
            class="dialog"
            id=id
            role=alert.then_some("alertdialog")
            aria-labelledby=title_id
            aria-describedby=described
            node_ref=node
            on:cancel=leave
            on:click=outside
        >
            <header>
                {heading}
                <a
                    class="btn"
                    href=back
                    data-variant="ghost"
                    data-icon=""
                    data-size="sm"
                    aria-label="Close"
                >
                    <Icon icon=Icon::X/>
                </a>
                {lead}
            </header>
            {children()}
        </dialog>
    }
}

/// The buttons at the end of a dialog.
#[component]
pub fn DialogEnd(
    /// The buttons, the one that does it last.
    children: Children,
) -> impl IntoView {
    view! { <footer>{children()}</footer> }
}

/// Opens it and puts the focus on what asks for it, else on the first field.
fn open(dialog: &web_sys::HtmlDialogElement) {
    if dialog.open() || dialog.show_modal().is_err() {
        return;
    }
    const FIRST: &str = "[autofocus], .body :is(input:not([type=hidden]), select, textarea)";
    if let Ok(Some(first)) = dialog.query_selector(FIRST)
        && let Some(first) = first.dyn_ref::<HtmlElement>()
    {
        let _ = first.focus();
    }
}
