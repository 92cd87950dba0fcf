//! One-time links: the first administrator, and an operator who lost password and token.

mod call;

pub use call::{LookAtLink, OpenLink, ProveLink, RestartLink, Usable};

use call::{FIRST, RESET};
use domain::enrolment::Secret;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::paths;
use crate::tokens::kind::ShownSecret;
use crate::ui::form::{Field, FieldKind, Form, Hidden, PageForm, Weight, use_form};
use crate::ui::gate::{Gate, GateHead};
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load_once};

/// The first administrator's password, then an app.
#[component]
pub fn FirstAdminPage() -> impl IntoView {
    view! { <LinkPage purpose=FIRST title="First administrator"/> }
}

/// A new password and app for an operator.
#[component]
pub fn OperatorResetPage() -> impl IntoView {
    view! { <LinkPage purpose=RESET title="New password and app"/> }
}

/// The forms of a link's page; they outlive its two steps.
#[derive(Clone, Copy)]
struct Forms {
    open: Form<Secret>,
    restart: Form<Secret>,
    prove: Form,
}

#[component]
fn LinkPage(purpose: &'static str, title: &'static str) -> impl IntoView {
    let params = use_params_map();
    let link = Signal::derive(move || params.with(|it| it.get("link").unwrap_or_default()));
    let load = use_load_once(move || LookAtLink {
        purpose: purpose.to_owned(),
        link: link.get(),
    });
    let forms = Forms {
        open: use_form::<OpenLink>(""),
        restart: use_form::<RestartLink>(""),
        prove: use_form::<ProveLink>(""),
    };
    view! {
        <Gate title>
            <Loaded load what="link" let:usable>
                {match usable {
                    None => view! { <NoLink purpose/> }.into_any(),
                    Some(usable) => live(move || steps(purpose, title, link, forms, &usable)),
                }}
            </Loaded>
        </Gate>
    }
}

fn steps(
    purpose: &'static str,
    title: &'static str,
    link: Signal<String>,
    forms: Forms,
    usable: &Usable,
) -> AnyView {
    let secret = forms.restart.shown().or_else(|| forms.open.shown());
    match (secret, usable.waits_for_app) {
        (None, false) => {
            let username = usable.username.clone();
            view! { <Step1 purpose title link form=forms.open username/> }.into_any()
        }
        (secret, _) => view! { <Step2 purpose link forms secret/> }.into_any(),
    }
}

#[component]
fn Step1(
    purpose: &'static str,
    title: &'static str,
    link: Signal<String>,
    form: Form<Secret>,
    username: String,
) -> impl IntoView {
    view! {
        <PageForm form submit="Continue" block=true class="card stack">
            <GateHead step="Step 1 of 2" title lead="This link works once, and for one hour."/>
            <Hidden name="purpose" value=purpose.to_owned()/>
            <Hidden name="link" value=link/>
            <Who purpose username/>
            <Field name="password" label="Password" kind=FieldKind::Password required=true
                maxlength=128 autocomplete="new-password"
                hint="12 characters or more, of any kind."/>
        </PageForm>
    }
}

/// Who the password is for. Its fields look for the form that they stand in.
#[component]
fn Who(purpose: &'static str, username: String) -> impl IntoView {
    if purpose == FIRST {
        view! {
            <Field name="name" label="Name" required=true maxlength=80 autocomplete="name"
                autofocus=true/>
            <Field name="username" label="Username" required=true maxlength=64
                autocomplete="username"/>
        }
        .into_any()
    } else {
        view! { <p class="muted">"For " <b>{username}</b></p> }.into_any()
    }
}

#[component]
fn Step2(
    purpose: &'static str,
    link: Signal<String>,
    forms: Forms,
    secret: Option<Secret>,
) -> impl IntoView {
    let again = secret.is_none();
    view! {
        <div class="card stack" data-gap="lg">
            <GateHead step="Step 2 of 2" title="Add an authenticator app"
                lead="Scan the code, then enter the 6 digits that the app shows."/>
            {secret.map(|secret| view! { <ShownSecret secret/> }.into_any())}
            <PageForm form=forms.prove submit="Finish and sign in" block=true class="stack">
                <Hidden name="purpose" value=purpose.to_owned()/>
                <Hidden name="link" value=link/>
                <Field name="code" label="Code" kind=FieldKind::Code(6) required=true/>
            </PageForm>
            {again.then(|| view! {
                <PageForm form=forms.restart submit="Start again" weight=Weight::Plain block=true
                    class="stack">
                    <p class="muted">
                        "The secret was shown once. If the app does not have it, start again: the \
                         old secret is then void."
                    </p>
                    <Hidden name="purpose" value=purpose.to_owned()/>
                    <Hidden name="link" value=link/>
                </PageForm>
            }.into_any())}
        </div>
    }
}

/// A link that was used, is over or never was.
#[component]
fn NoLink(purpose: &'static str) -> impl IntoView {
    let way_on = if purpose == FIRST {
        "While there is no administrator, each start of the server prints a new one."
    } else {
        "Ask for a new one."
    };
    view! {
        <section class="card stack" data-gap="lg">
            <GateHead title="This link no longer works"
                lead=format!("It was used, or an hour has passed. {way_on}")/>
            <a class="btn" data-block="" href=paths::sign_in("")>"Sign in"</a>
        </section>
    }
}
