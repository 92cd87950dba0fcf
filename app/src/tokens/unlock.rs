//! The question before a token is unlocked.

use domain::history::last_failure;
use domain::tab::Detail;
use domain::{Action, Blocked, TryState};
use leptos::prelude::*;

use super::call::UnlockToken;
use super::{action, head};
use crate::clock::Clock;
use crate::ui::badge::Tone;
use crate::ui::form::{PageForm, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::notice::Callout;
use crate::ui::time::Time;
use crate::{paths, reason, text};

/// *Unlock this token?*
#[component]
pub fn UnlockPage(user: String, serial: String) -> impl IntoView {
    let lead = |_: &Detail| "Its failures are cleared. It verifies again at once.".to_owned();
    action::ask(
        (user, serial),
        Action::Unlock,
        ("Unlock this token?", lead),
        form,
    )
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<UnlockToken>("");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let stands = match it.token.try_state(clock.now) {
        TryState::Waits(until) => format!("Waits until {}", text::time(until, clock)),
        TryState::Locked | TryState::Open => "Locked".to_owned(),
    };
    let user_too = user_too(it, clock);
    let last = last_failure(&it.history).map(|entry| {
        let from = text::asked_from(entry);
        view! {
            <div>
                <dt>"Last attempt"</dt>
                <dd><Time at=clock.at(entry.at) now=clock.now()/> " " <small>{from}</small></dd>
            </div>
        }
    });
    let wrong = format!("{} in a row", it.token.tries.failures);
    view! {
        <PageForm form submit="Unlock" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            {user_too}
            {card}
            <dl class="facts">
                <div><dt>"Wrong codes"</dt><dd>{wrong}</dd></div>
                <div><dt>"Now"</dt><dd>{stands}</dd></div>
                {last}
            </dl>
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>
                    <strong>"Were the codes entered by somebody else?"</strong>
                    " Then disable the token instead."
                </p>
            </Callout>
            {reason::field()}
        </PageForm>
    }
    .into_any()
}

/// A token that is unlocked verifies nothing while its user waits or is locked.
fn user_too(it: &Detail, clock: &Clock) -> Option<AnyView> {
    let why = match it.user.try_state(clock.now) {
        TryState::Open => return None,
        TryState::Waits(until) => Blocked::UserWaits(until),
        TryState::Locked => Blocked::UserLocked,
    };
    let words = format!("{}. Unlock the user too.", text::blocked(why, clock));
    let href = paths::unlock_user(it.user.id);
    Some(
        view! {
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>{words}</p>
                <div class="row"><a class="btn" data-size="sm" href=href>"Unlock the user"</a></div>
            </Callout>
        }
        .into_any(),
    )
}
