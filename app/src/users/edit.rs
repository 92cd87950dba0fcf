//! The form that changes a user's names and contacts.

use domain::people::Managed;
use leptos::prelude::*;

use super::call::{EditUser, ManagedUser};
use super::fields::fields;
use super::manage::{note, topbar};
use crate::clock::Seen;
use crate::paths;
use crate::ui::form::{Hidden, PageForm, given, use_form};
use crate::ui::frame::PageHeader;
use crate::ui::load::{Loaded, use_load_once};

/// *Edit user*
#[component]
pub fn EditUserPage(user: String) -> impl IntoView {
    let load = use_load_once(move || ManagedUser { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {form(&seen)}
        </Loaded>
    }
}

fn form(Seen { it, .. }: &Seen<Managed>) -> AnyView {
    let form = use_form::<EditUser>("");
    let (user, seen) = (it.user.id, it.version);
    // whoever was told of another version saves over that one
    let version = Signal::derive(move || {
        let told = form.problem().and_then(|problem| problem.version);
        told.unwrap_or(seen).to_string()
    });
    let (note, fields) = (note(&it.user), {
        let it = it.clone();
        move || fields(Some(&it))
    });
    let lead = format!("{} · {}", it.user.display_name(), it.user.realm_name);
    view! {
        {topbar(&it.user, "Edit user")}
        <PageHeader title="Edit user" lead/>
        <div class="page-body">
            <PageForm form submit="Save" cancel=paths::user(user)>
                {given("user", user.to_string())}
                <Hidden name="version" value=version/>
                {note}
                {fields()}
            </PageForm>
        </div>
    }
    .into_any()
}
