//! The question before a user is removed for good.

use domain::people::Managed;
use leptos::prelude::*;

use super::call::{DeleteUser, ManagedUser};
use super::manage::{card, note, question, stands};
use crate::clock::Seen;
use crate::ui::form::{Field, PageForm, Weight, given, use_form};
use crate::ui::load::{Loaded, use_load_once};
use crate::{paths, text};

/// *Delete this user?*
#[component]
pub fn DeleteUserPage(user: String) -> impl IntoView {
    let load = use_load_once(move || ManagedUser { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {page(&seen)}
        </Loaded>
    }
}

fn page(Seen { it, .. }: &Seen<Managed>) -> AnyView {
    let body = if it.is_operator {
        let words = "This user is an operator and cannot be deleted. Disable the user instead: that \
                     ends all sessions and keeps what the audit says readable.";
        let disable = (paths::disable_user(it.user.id), "Disable user");
        stands(
            it,
            words.to_owned(),
            it.disabled.is_none().then_some(disable),
        )
    } else {
        form(it)
    };
    let ask = ("Delete this user?", "This cannot be undone.");
    question(it, "Delete user", ask, body)
}

fn form(it: &Managed) -> AnyView {
    let form = use_form::<DeleteUser>("");
    let (user, name) = (it.user.id, text::first_name(&it.user));
    let (note, card) = (note(&it.user), card(it));
    let label = format!("Type the username {} to confirm", it.user.username);
    view! {
        <PageForm form submit="Delete user" weight=Weight::Danger cancel=paths::user(user)>
            {given("user", user.to_string())}
            {note}
            {card}
            <ul class="bullets">
                <li>{format!("{name} cannot sign in to any service any more.")}</li>
                <li>"Tokens and enrolments are deleted; hardware tokens go back to stock."</li>
                <li>"The audit log keeps username and serials."</li>
            </ul>
            <Field name="typed" label required=true maxlength=64/>
        </PageForm>
    }
    .into_any()
}
