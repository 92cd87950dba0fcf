//! The form that adds a user.

use domain::RealmId;
use leptos::prelude::*;

use super::call::{CreateUser, UserRealms};
use super::fields::fields;
use crate::paths;
use crate::ui::form::{PageForm, Select, use_form};
use crate::ui::frame::{PageHeader, Topbar};
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::title::Title;

/// *Add user*
#[component]
pub fn NewUserPage() -> impl IntoView {
    let load = use_load_once(|| UserRealms {});
    view! {
        <Loaded load what="realms" let:realms>
            {form(realms)}
        </Loaded>
    }
}

fn form(realms: Vec<(RealmId, String)>) -> AnyView {
    let form = use_form::<CreateUser>("");
    let above = vec![(paths::users(), "Users".to_owned())];
    view! {
        <Title text="Add user"/>
        <Topbar above here="Add user"/>
        <PageHeader title="Add user" lead="A person whose identity is verified with a second factor."/>
        <div class="page-body">
            <PageForm form submit="Add user" cancel=paths::users()>
                {realm(realms)}
                {fields(None)}
            </PageForm>
        </div>
    }
    .into_any()
}

/// The only realm is chosen already; of several, none.
fn realm(realms: Vec<(RealmId, String)>) -> impl IntoView {
    let only = match realms.as_slice() {
        [(only, _)] => only.to_string(),
        _ => String::new(),
    };
    let choose = (String::new(), "Choose a realm".to_owned());
    let each = realms.into_iter().map(|(id, name)| (id.to_string(), name));
    let options = std::iter::once(choose).chain(each).collect();
    view! { <Select name="realm" label="Realm" options value=only/> }
}
