//! The question before a token is removed for good.

use domain::Action;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::DeleteToken;
use super::{action, head, last};
use crate::clock::Clock;
use crate::ui::form::{PageForm, Weight, given, use_form};
use crate::{paths, reason};

/// *Delete this token?*
#[component]
pub fn DeletePage(user: String, serial: String) -> impl IntoView {
    let lead = |_: &Detail| "This cannot be undone.".to_owned();
    action::ask(
        (user, serial),
        Action::Delete,
        ("Delete this token?", lead),
        form,
    )
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<DeleteToken>("");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let safer = it.may.enrol.then(|| {
        let href = paths::new_token(user);
        view! { <a class="btn" data-size="sm" href=href>"Add new token first"</a> }.into_any()
    });
    let warning = last::warning(it, safer);
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let (others, tick) = (last::others(it, clock), last::tick(it, form, "Delete"));
    view! {
        <PageForm form submit="Delete token" weight=Weight::Danger cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {warning}
            {note}
            {card}
            <ul class="bullets">
                <li>"Its codes stop working at once."</li>
                <li>"The secret is deleted; the serial is never given again."</li>
                <li>"The audit log keeps serial, type and user."</li>
            </ul>
            {reason::field()}
            {others}
            {tick}
        </PageForm>
    }
    .into_any()
}
