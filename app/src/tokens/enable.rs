//! The question before a token is switched on.

use domain::Action;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::EnableToken;
use super::{action, head};
use crate::clock::Clock;
use crate::ui::form::{PageForm, use_form};
use crate::ui::time::Time;
use crate::{paths, reason, text};

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
    let disabled = disabled(it, clock);
    view! {
        <PageForm form submit="Enable" cancel=paths::tokens(user)>
            <input type="hidden" name="user" value=user.to_string()/>
            <input type="hidden" name="serial" value=serial/>
            {note}
            {card}
            {disabled}
            {reason::field()}
        </PageForm>
    }
    .into_any()
}

/// Since when it is disabled, until when, and why.
fn disabled(it: &Detail, clock: &Clock) -> Option<impl IntoView + use<>> {
    let disabled = it.token.disabled.as_ref()?;
    let until = disabled.until.map(|until| {
        view! { <div><dt>"Until"</dt><dd>{text::day(until, clock)}</dd></div> }
    });
    let reason = (!disabled.reason.is_empty())
        .then(|| view! { <div><dt>"Reason"</dt><dd>{disabled.reason.clone()}</dd></div> });
    Some(view! {
        <dl class="facts">
            <div>
                <dt>"Disabled"</dt>
                <dd>
                    <Time at=clock.at(disabled.at) now=clock.now()/>
                    " "
                    <small>{format!("by {}", disabled.by)}</small>
                </dd>
            </div>
            {until}
            {reason}
        </dl>
    })
}
