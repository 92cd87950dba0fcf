//! The question before a token is switched on.

use domain::Action;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::EnableToken;
use super::{action, head};
use crate::clock::Clock;
use crate::ui::form::{PageForm, given, use_form};
use crate::{disabled, paths, reason};

/// *Enable this token?*
#[component]
pub fn EnablePage(user: String, serial: String) -> impl IntoView {
    let lead = |_: &Detail| "It verifies again at once.".to_owned();
    action::ask(
        (user, serial),
        Action::Enable,
        ("Enable this token?", lead),
        form,
    )
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<EnableToken>("");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let disabled = it.token.disabled.as_ref();
    let disabled = disabled.map(|disabled| disabled::facts(disabled, clock));
    view! {
        <PageForm form submit="Enable" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            {card}
            {disabled}
            {reason::field()}
        </PageForm>
    }
    .into_any()
}
