//! The one pattern of every form: a plain `<form method="post">` to the page's own address, which
//! stays on the page once the browser's code is awake.
//!
//! A page writes its fields and their words; parsing and refusing is the server function's. Fields
//! are given as `value=`, never `prop:value`: that would overwrite what was typed before hydration.

mod choice;
mod field;
mod reply;
#[cfg(not(feature = "ssr"))]
mod send;
mod state;

use leptos::html;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos_router::hooks::use_location;

pub use choice::{Choice, Choices, IconChoices, Select, TextArea, Tick, choice_look};
pub use field::{Field, FieldKind, Hidden, given};
pub use reply::{Answers, FormResult, Outcome, Reply, done};
pub use state::{Form, FormState, use_form};

use crate::paths;
use crate::ui::action::Dialog;
use crate::ui::icon::Icon;
use crate::ui::live::{heard, live};

/// How much a button weighs.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// The deed that the page is for.
    #[default]
    Primary,
    /// One of several ways on.
    Plain,
    /// A way out that nobody should take by chance.
    Ghost,
    /// A deed that cannot be taken back.
    Danger,
}

impl Weight {
    fn variant(self) -> Option<&'static str> {
        match self {
            Self::Primary => Some("primary"),
            Self::Plain => None,
            Self::Ghost => Some("ghost"),
            Self::Danger => Some("danger"),
        }
    }
}

/// A form: its fields are the children. On a page its buttons end it; in a dialog they stand in
/// the footer.
#[component]
pub fn PageForm(
    /// From [`use_form`].
    #[prop(into)]
    form: FormState,
    /// The button's words; without them the children hold a [`SubmitButton`].
    #[prop(optional, into)]
    submit: String,
    /// How much that button weighs.
    #[prop(optional)]
    weight: Weight,
    /// Where *Cancel* leads on a page; in a dialog it closes.
    #[prop(optional, into)]
    cancel: String,
    /// The words of the way back, instead of *Cancel*.
    #[prop(default = "Cancel")]
    cancel_label: &'static str,
    /// Whether the button takes the form's whole width.
    #[prop(optional)]
    block: bool,
    /// The classes, instead of `form stack`.
    #[prop(optional, into)]
    class: String,
    /// Another page's address, for a form that stands on every page (sign out).
    #[prop(optional, into)]
    action: String,
    /// Whether it does nothing but lead on: then its address is worth going back to.
    #[prop(optional)]
    leads_on: bool,
    /// Further buttons, such as *Cancel enrolment*. They stand behind the form's own, for Enter
    /// presses the first.
    #[prop(optional, into)]
    also: ViewFn,
    /// The fields.
    children: Children,
) -> impl IntoView {
    // An owner of its own: components have none, and another form on the page would otherwise take
    // these fields for its own.
    let owner = Owner::current().map_or_else(Owner::new, |owner| owner.child());
    let view = owner.with(move || {
        provide_context(form);
        let dialog = use_context::<Dialog>();
        let id = form.id("form");
        let hidden = form.key.get_value();
        let on_submit = on_submit(form, leads_on);
        let class = match (dialog.is_some(), class.is_empty()) {
            (true, _) => "body".to_owned(),
            (false, true) => "form stack".to_owned(),
            (false, false) => class,
        };
        let button = |for_form: Option<String>| {
            (!submit.is_empty()).then(|| {
                view! { <SubmitButton weight block form=for_form>{submit.clone()}</SubmitButton> }.into_any()
            })
        };
        let inner = view! {
            <input type="hidden" name="_fn" value=form.path/>
            <input type="hidden" name="_key" value=hidden/>
            <input type="hidden" name="request_id" value=move || form.request_id.get()/>
            <FormMessage form/>
            {children()}
        };
        let action = (!action.is_empty()).then_some(action);
        match dialog {
            Some(dialog) => {
                let footer = button(Some(id.clone()));
                let node = NodeRef::<html::Form>::new();
                node.on_load(move |form| dialog.lead_to_first(&form));
                view! {
                    <form class=class id=id method="post" action=action node_ref=node
                        on:submit=on_submit>
                        <div class="stack">{inner}</div>
                    </form>
                    <footer>
                        <button class="btn" type="button" on:click=heard(move |_| dialog.close.run(()))>
                            {cancel_label}
                        </button>
                        {footer}
                        {also.run()}
                    </footer>
                }
                .into_any()
            }
            None => {
                let back = (!cancel.is_empty())
                    .then(|| view! { <a class="btn" href=cancel>{cancel_label}</a> }.into_any());
                let end = button(None).map(|button| {
                    let class = if block { "stack" } else { "form-end" };
                    view! { <div class=class>{button}{also.run()}{back}</div> }.into_any()
                });
                view! {
                    <form class=class id=id data-gap="lg" method="post" action=action
                        on:submit=on_submit>
                        {inner}
                        {end}
                    </form>
                }
                .into_any()
            }
        }
    });
    OwnedView::new_with_owner(view, owner)
}

#[cfg(not(feature = "ssr"))]
fn on_submit(form: FormState, leads_on: bool) -> impl FnMut(web_sys::SubmitEvent) + 'static {
    use leptos_router::NavigateOptions;

    let page = crate::page::page();
    let navigate = leptos_router::hooks::use_navigate();
    move |event| {
        let navigate = navigate.clone();
        // The form's own address is not worth going back to once the deed is done.
        let go = move |to: &str| {
            navigate(
                to,
                NavigateOptions {
                    replace: !leads_on,
                    ..NavigateOptions::default()
                },
            );
        };
        send::send(form, page, go, &event);
    }
}

#[cfg(feature = "ssr")]
fn on_submit(_: FormState, _: bool) -> impl FnMut(web_sys::SubmitEvent) + 'static {
    |_| {}
}

/// A button that sends the form it stands in. With a `name`, its value tells several apart.
#[component]
pub fn SubmitButton(
    /// How much it weighs.
    #[prop(optional)]
    weight: Weight,
    /// Empty for a form's only button.
    #[prop(optional)]
    name: &'static str,
    /// What is sent under `name`.
    #[prop(optional)]
    value: &'static str,
    /// Whether it takes the form's whole width.
    #[prop(optional)]
    block: bool,
    /// Whether it stands in a line of text or a notice.
    #[prop(optional)]
    small: bool,
    /// The id of the form, for a button outside it.
    #[prop(default = None)]
    form: Option<String>,
    /// Whether the fields need not be valid for it, as for *Cancel enrolment*.
    #[prop(optional)]
    skip_checks: bool,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let mine = if name.is_empty() {
        String::new()
    } else {
        format!("{name}={value}")
    };
    let busy = move || {
        state
            .pending
            .with(|it| it.as_ref() == Some(&mine))
            .then_some("true")
    };
    let pending = move || state.pending.with(Option::is_some).then_some("true");
    view! {
        <button class="btn" type="submit" data-variant=weight.variant() data-block=block
            data-size=small.then_some("sm")
            name=(!name.is_empty()).then_some(name)
            value=(!name.is_empty()).then_some(value)
            form=form formnovalidate=skip_checks
            aria-busy=busy aria-disabled=pending>
            {children()}
        </button>
    }
}

/// What Enter presses in a form where other buttons stand before its own: first in the form, seen and
/// reached by nobody.
#[component]
pub fn EnterButton() -> impl IntoView {
    view! {
        <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
    }
}

/// With its question mark, which the router leaves out.
fn query(search: &str) -> String {
    match search {
        "" => String::new(),
        search => format!("?{}", search.trim_start_matches('?')),
    }
}

/// What the form as a whole was refused for.
#[component]
fn FormMessage(form: FormState) -> impl IntoView {
    let here = use_location();
    live(move || {
        let problem = form
            .problem()
            .filter(|problem| !problem.message.is_empty())?;
        let tone = if problem.status == 409 {
            "warning"
        } else {
            "danger"
        };
        let sign_in = (problem.status == 401).then(|| {
            let next = here.pathname.get_untracked() + &query(&here.search.get_untracked());
            view! { <a class="btn" data-size="sm" href=paths::sign_in(&next)>"Sign in again"</a> }
                .into_any()
        });
        let report = (!problem.trace_id.is_empty()).then(|| {
            view! { " Report " <span class="code">{problem.trace_id.clone()}</span> "." }.into_any()
        });
        Some(
            view! {
                <div class="callout" data-tone=tone role="alert">
                    <Icon icon=Icon::TriangleAlert/>
                    <p>{problem.message}{report}</p>
                    {sign_in}
                </div>
            }
            .into_any(),
        )
    })
}
