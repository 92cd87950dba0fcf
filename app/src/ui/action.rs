//! An action on something: a page of its own when it is loaded, a dialog over the page that it
//! was opened from once the browser's code is awake. Its component is written once for both.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::Icon;
use crate::ui::live::heard;
use crate::ui::title::Title;

/// In context inside a dialog; outside there is none.
#[derive(Clone, Copy)]
pub struct Dialog {
    /// Back to the page underneath.
    pub close: Callback<()>,
    /// Whether the safe button has the focus first, for what cannot be taken back.
    pub careful: bool,
}

impl Dialog {
    /// Puts the focus on the first field of a form that has come into the dialog, or on *Cancel*
    /// if it needs care.
    pub(crate) fn lead_to_first(self, form: &web_sys::HtmlFormElement) {
        let form = form.clone();
        request_animation_frame(move || {
            let fields = "input:not([type=hidden]):not(:disabled), select, textarea";
            let cancel = "footer button[type=button]";
            let dialog = form.closest("dialog").ok().flatten();
            let first = match self.careful {
                true => None,
                false => form.query_selector(fields).ok().flatten(),
            };
            let first =
                first.or_else(|| dialog.and_then(|it| it.query_selector(cancel).ok().flatten()));
            if let Some(first) = first.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                drop(first.focus());
            }
        });
    }
}

/// The head of an action and its body: a page's, or a dialog's.
#[component]
pub fn ActionPage(
    /// Asks or names the deed: "Disable this token?"
    title: &'static str,
    /// What it means, in one sentence; `Option`, for an empty text is not an empty node.
    #[prop(optional, into)]
    lead: Option<String>,
    children: Children,
) -> impl IntoView {
    let lead = lead.filter(|lead| !lead.is_empty());
    match use_context::<Dialog>() {
        Some(dialog) => view! {
            <header>
                <h2 id="action-title">{title}</h2>
                <button class="btn" data-variant="ghost" data-icon="" data-size="sm" type="button"
                    aria-label="Close" on:click=heard(move |_| dialog.close.run(()))>
                    <Icon icon=Icon::X/>
                </button>
                {lead.map(|lead| view! { <p id="action-lead">{lead}</p> }.into_any())}
            </header>
            {children()}
        }
        .into_any(),
        None => view! {
            <Title text=title/>
            <header class="page-header">
                <div class="titles">
                    <div class="title-row"><h1>{title}</h1></div>
                    {lead.map(|lead| view! { <p class="lead">{lead}</p> }.into_any())}
                </div>
            </header>
            <div class="page-body">{children()}</div>
        }
        .into_any(),
    }
}

/// A modal dialog that is open as long as it is on the page. Only ever built in the browser.
#[component]
pub fn Modal(
    /// Leads back to the page underneath; Esc and a click outside call it too.
    close: Callback<()>,
    /// `alertdialog` for what cannot be taken back.
    #[prop(default = None)]
    role: Option<&'static str>,
    /// `lg` for more than a form.
    #[prop(optional)]
    size: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    provide_context(Dialog {
        close,
        careful: role.is_some(),
    });
    let node = NodeRef::<html::Dialog>::new();
    let opener = StoredValue::new_local(opener());
    node.on_load(|dialog| drop(dialog.show_modal()));
    on_cleanup(move || {
        if let Some(Some(opener)) = opener.try_get_value() {
            request_animation_frame(move || drop(opener.focus()));
        }
    });
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        close.run(());
    };
    // The dialog's own box is filled by its parts: a click on the element itself is outside.
    let on_click = move |event: web_sys::MouseEvent| {
        let outside = event.target() == event.current_target();
        if outside && role.is_none() {
            close.run(());
        }
    };
    view! {
        <dialog class="dialog" node_ref=node role=role data-size=size aria-labelledby="action-title"
            aria-describedby="action-lead" on:cancel=heard(on_cancel) on:mousedown=heard(on_click)>
            {children()}
        </dialog>
    }
}

/// What had the focus when a dialog opens; a menu's item is gone by then, so its button.
fn opener() -> Option<web_sys::HtmlElement> {
    let focused = document().active_element()?;
    let menu = focused.closest("[popover]").ok().flatten();
    let button = menu.and_then(|menu| {
        let selector = format!("[popovertarget=\"{}\"]", menu.id());
        document().query_selector(&selector).ok().flatten()
    });
    button.unwrap_or(focused).dyn_into().ok()
}
