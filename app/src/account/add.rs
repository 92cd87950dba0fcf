//! Adding an own app: password and code, then the secret, once, then its proof.

use domain::account::Account;
use domain::token_type::TokenType;
use leptos::prelude::*;

use super::call::{AddOwnApp, Made, OwnAccount, ProveOwnApp};
use super::confirm::papers;
use crate::clock::Seen;
use crate::paths;
use crate::tokens::kind::ShownSecret;
use crate::tokens::type_choice;
use crate::ui::form::{Choices, Field, FieldKind, Form, Hidden, PageForm, Weight, use_form};
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::{Art, Empty};
use crate::ui::title::Title;

/// *Add new token*
#[component]
pub(super) fn AddPage() -> impl IntoView {
    let load = use_load_once(|| OwnAccount {});
    view! {
        <Title text="Add new token · Account"/>
        <Topbar above=vec![(paths::account(), "Account".to_owned())] here="Add new token"/>
        <PageHeader title="Add new token" lead="For signing in to this console."/>
        <Loaded load what="account" let:seen>
            {steps(seen)}
        </Loaded>
    }
}

fn steps(Seen { it, .. }: Seen<Account>) -> AnyView {
    let (add, prove) = (use_form::<AddOwnApp>(""), use_form::<ProveOwnApp>(""));
    // a wrong proof leaves the secret where it stands
    let made = Memo::new(move |_| add.shown());
    let waits = it.enrolment.map(|enrolment| enrolment.id.to_string());
    live(move || {
        let made = made.get();
        let id = made.as_ref().map(|made| made.enrolment.clone());
        let proof = id
            .or_else(|| waits.clone())
            .map(|id| proof(prove, id, made.as_ref()));
        let begin = made
            .is_none()
            .then(|| begin(add, &it.types, proof.is_some()));
        view! { <div class="page-body"><div class="stack" data-gap="lg">{proof}{begin}</div></div> }
            .into_any()
    })
}

fn proof(form: Form, id: String, made: Option<&Made>) -> AnyView {
    let shown = match made {
        Some(made) => {
            let secret = made.secret.clone();
            view! { <ShownSecret secret/> }.into_any()
        }
        None => view! {
            <p class="muted">
                "The secret was shown once. If the app has it, enter its code. If not, begin again \
                 below: the old secret is then void."
            </p>
        }
        .into_any(),
    };
    view! {
        <section class="card form-wide" aria-labelledby="own-proof">
            <header><div>
                <h2 id="own-proof">"Enter a code of the app"</h2>
                <p>"All other sessions end when it is added."</p>
            </div></header>
            <div class="body stack" data-gap="lg">
                {shown}
                <PageForm form submit="Confirm token" cancel=paths::account() class="stack">
                    <Hidden name="enrolment" value=Signal::stored(id)/>
                    <Field name="code" label="Enter the code the app shows"
                        kind=FieldKind::Code(6) required=true/>
                </PageForm>
            </div>
        </section>
    }
    .into_any()
}

fn begin(form: Form<Made>, types: &[TokenType], again: bool) -> AnyView {
    let Some(first) = types.first().map(|it| it.slug.clone()) else {
        return view! {
            <Empty art=Art::NothingYet title="No type can be added now"
                text="Each type is obsolete, or as many of it exist as may.">
                <a class="btn" href=paths::account()>"Account"</a>
            </Empty>
        }
        .into_any();
    };
    let choices = types
        .iter()
        .map(|it| type_choice(it, None))
        .collect::<Vec<_>>();
    let (title, weight) = match again {
        true => ("Begin again", Weight::Plain),
        false => ("Which app", Weight::Primary),
    };
    view! {
        <section class="card form-wide" aria-labelledby="own-begin">
            <header><div>
                <h2 id="own-begin">{title}</h2>
                <p>"The secret is made in the next step and shown once."</p>
            </div></header>
            <PageForm form submit="Continue" weight cancel=paths::account() class="body stack">
                <Choices name="slug" legend="Type" choices value=first/>
                <Field name="description" label="Describe the device" maxlength=60/>
                {papers()}
            </PageForm>
        </section>
    }
    .into_any()
}
