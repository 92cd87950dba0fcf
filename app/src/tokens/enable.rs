//! The question before a token is switched on.

use domain::Action as Deed;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::{EnableToken, FindToken};
use super::{action, head};
use crate::clock::Clock;
use crate::ui::form::{PageForm, ReasonField, given, use_form};
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::time::Time;
use crate::{paths, text};

/// *Enable this token?*
#[component]
pub fn EnablePage(user: String, serial: String) -> impl IntoView {
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, |seen| {
                let question = ("Enable this token?", "It verifies again at once.".to_owned());
                let (clock, it) = (seen.clock.clone(), seen.it.clone());
                action::offered(&seen, Deed::Enable, question, move || form(&it, &clock))
            })}
        </Loaded>
    }
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<EnableToken>("");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let disabled = disabled(it, clock);
    view! {
        <PageForm form submit="Enable" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            {card}
            {disabled}
            <ReasonField/>
        </PageForm>
    }
    .into_any()
}

/// Since when it is disabled, until when, and why.
fn disabled(it: &Detail, clock: &Clock) -> Option<AnyView> {
    let disabled = it.token.disabled.as_ref()?;
    let until = disabled.until.map(|until| {
        view! { <div><dt>"Until"</dt><dd>{text::day(until, clock)}</dd></div> }.into_any()
    });
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
                        " "
                        <small>{format!("by {}", disabled.by)}</small>
                    </dd>
                </div>
                {until}
                {reason}
            </dl>
        }
        .into_any(),
    )
}
