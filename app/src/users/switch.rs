//! The questions before a user is switched off or on.

use domain::people::Managed;
use leptos::prelude::*;

use super::call::{DisableUser, EnableUser, ManagedUser};
use super::manage::{card, question, stands};
use crate::clock::{Clock, Seen};
use crate::ui::form::{PageForm, ReasonField, given, use_form};
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::time::Time;
use crate::{paths, text};

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
            <ReasonField/>
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
    let (user, card, since) = (it.user.id, card(it), disabled(it, clock));
    view! {
        <PageForm form submit="Enable user" cancel=paths::user(user)>
            {given("user", user.to_string())}
            {card}
            {since}
            <ReasonField/>
        </PageForm>
    }
    .into_any()
}

/// Since when the user is disabled, and why.
fn disabled(it: &Managed, clock: &Clock) -> Option<AnyView> {
    let disabled = it.disabled.as_ref()?;
    let by = (!disabled.by.is_empty()).then(|| format!(" by {}", disabled.by));
    let reason = (!disabled.reason.is_empty()).then(|| {
        view! { <div><dt>"Reason"</dt><dd>{disabled.reason.clone()}</dd></div> }.into_any()
    });
    Some(
        view! {
            <dl class="facts">
                <div>
                    <dt>"Disabled"</dt>
                    <dd>
                        <Time at=clock.at(disabled.at) now=clock.now()/>
                        <small>{by}</small>
                    </dd>
                </div>
                {reason}
            </dl>
        }
        .into_any(),
    )
}
