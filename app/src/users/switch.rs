//! The questions before a user is switched off or on.

use domain::people::Managed;
use leptos::prelude::*;

use super::call::{DisableUser, EnableUser, ManagedUser};
use super::manage::{card, question, stands};
use crate::clock::{Clock, Seen};
use crate::ui::form::{PageForm, given, use_form};
use crate::ui::load::{Loaded, use_load_once};
use crate::{disabled, paths, reason, text};

/// *Disable this user?*
#[component]
pub fn DisableUserPage(user: String) -> impl IntoView {
    let load = use_load_once(move || ManagedUser { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {disable(&seen)}
        </Loaded>
    }
}

fn disable(Seen { clock, it }: &Seen<Managed>) -> AnyView {
    let lead = "No token of this user verifies anything until the user is enabled again.";
    let body = match &it.disabled {
        Some(disabled) => {
            let by = text::by(Some(&disabled.by), Some(disabled.at), clock);
            let enable = (paths::enable_user(it.user.id), "Enable user");
            stands(
                it,
                format!("The user is disabled already{by}."),
                Some(enable),
            )
        }
        None => disable_form(it),
    };
    question(it, "Disable user", ("Disable this user?", lead), body)
}

fn disable_form(it: &Managed) -> AnyView {
    let form = use_form::<DisableUser>("");
    let (user, card) = (it.user.id, card(it));
    let name = text::first_name(&it.user);
    let sessions = it.is_operator.then(|| {
        let words = format!("{name} is an operator: all sessions in this console end at once.");
        view! { <li>{words}</li> }.into_any()
    });
    view! {
        <PageForm form submit="Disable user" cancel=paths::user(user)>
            {given("user", user.to_string())}
            {card}
            <ul class="bullets">
                <li>{format!("{name} cannot sign in to any service.")}</li>
                <li>"The tokens stay as they are."</li>
                {sessions}
            </ul>
            {reason::field()}
        </PageForm>
    }
    .into_any()
}

/// *Enable this user?*
#[component]
pub fn EnableUserPage(user: String) -> impl IntoView {
    let load = use_load_once(move || ManagedUser { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {enable(&seen)}
        </Loaded>
    }
}

fn enable(Seen { clock, it }: &Seen<Managed>) -> AnyView {
    let lead = "The tokens of this user verify again at once.";
    let body = match it.disabled {
        Some(_) => enable_form(it, clock),
        None => stands(it, "The user is enabled already.".to_owned(), None),
    };
    question(it, "Enable user", ("Enable this user?", lead), body)
}

fn enable_form(it: &Managed, clock: &Clock) -> AnyView {
    let form = use_form::<EnableUser>("");
    let (user, card) = (it.user.id, card(it));
    let since = it.disabled.as_ref();
    let since = since.map(|disabled| disabled::facts(disabled, clock));
    view! {
        <PageForm form submit="Enable user" cancel=paths::user(user)>
            {given("user", user.to_string())}
            {card}
            {since}
            {reason::field()}
        </PageForm>
    }
    .into_any()
}
