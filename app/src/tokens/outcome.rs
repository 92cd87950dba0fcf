//! What came out of a test, in words, and what can be done next.

use domain::Action;
use domain::check::Refusal;
use domain::tab::Detail;
use domain::{Blocked, Limit, Moves, Timestamp, Tries};
use leptos::prelude::*;

use super::call::Tested;
use super::result::Words;
use crate::clock::Clock;
use crate::ui::icon::Icon;
use crate::ui::live::heard;
use crate::{paths, text};

/// A token that cannot be tested or reset now says why as if a code had been tried.
pub(super) fn blocked(it: &Detail, action: Action, now: Timestamp) -> Option<Tested> {
    let offers = it.may.offers(&it.token, &it.user, now);
    let offer = offers.iter().find(|offer| offer.action == action)?;
    let refusal = match offer.blocked? {
        Blocked::Waits(until) => Refusal::Waits(until),
        Blocked::Locked => Refusal::Locked,
        Blocked::Expired(_) => Refusal::Expired,
        Blocked::Disabled => Refusal::Disabled,
        Blocked::ReplaceInstead | Blocked::TypeObsolete | Blocked::NothingFollows => {
            Refusal::Obsolete
        }
        Blocked::UserWaits(until) => Refusal::UserWaits(until),
        Blocked::UserLocked => Refusal::UserLocked,
    };
    let failures = it.token.tries.failures;
    Some(Tested::Refused { refusal, failures })
}

/// The tone, the mark, the heading and the sentence of a result.
pub(super) fn words(tested: &Tested, it: &Detail, clock: &Clock) -> Words {
    let (refusal, failures) = match tested {
        Tested::Refused { refusal, failures } => (*refusal, *failures),
        Tested::Worked { at } => {
            let at = crate::ui::time::clock(clock.at(*at));
            let about = format!("Code accepted at {at}.");
            return ("success", Icon::Check, "The token works".to_owned(), about);
        }
    };
    let (tone, icon) = mark(refusal);
    let heading = match (refusal, it.token.expires_at) {
        (Refusal::Expired, Some(at)) => format!("Expired on {}", text::day(at, clock)),
        (refusal, _) => text::refusal(refusal, clock),
    };
    (tone, icon, heading, about(refusal, failures))
}

fn mark(refusal: Refusal) -> (&'static str, Icon) {
    match refusal {
        Refusal::CodeUsed => ("warning", Icon::RotateCw),
        Refusal::Waits(_) | Refusal::UserWaits(_) => ("warning", Icon::ClockAlert),
        Refusal::Disabled | Refusal::UserDisabled => ("warning", Icon::CirclePause),
        Refusal::Obsolete => ("warning", Icon::TriangleAlert),
        Refusal::Locked | Refusal::UserLocked => ("danger", Icon::Lock),
        Refusal::Expired => ("danger", Icon::CalendarX2),
        Refusal::WrongCode | Refusal::NoToken | Refusal::Unknown => ("danger", Icon::X),
    }
}

fn about(refusal: Refusal, failures: u32) -> String {
    let codes = match failures {
        1 => "1 wrong code".to_owned(),
        failures => format!("{failures} wrong codes"),
    };
    let from = Limit::TOKEN.wait_from();
    let words = match refusal {
        Refusal::WrongCode if failures >= from => {
            return format!("{codes} since the last success. The token waits now.");
        }
        Refusal::WrongCode => {
            return format!("{codes} since the last success. From {from} on the token waits.");
        }
        Refusal::Waits(_) => {
            return format!("{codes} in a row. No code is looked at before then.");
        }
        Refusal::Locked => {
            return format!(
                "{codes} in a row. No code is looked at until an operator unlocks the token."
            );
        }
        Refusal::CodeUsed => "Each code works once. Wait until the app shows the next one.",
        Refusal::Expired => "The token verifies nothing.",
        Refusal::Disabled => "No code of it is looked at until it is enabled.",
        Refusal::Obsolete => "No code of it is tested. A token of another type takes its place.",
        Refusal::UserWaits(_) => {
            "Too many wrong codes over all tokens. No code is looked at before then."
        }
        Refusal::UserLocked => {
            "Too many wrong codes over all tokens. No code is looked at until an operator unlocks \
             the user."
        }
        Refusal::UserDisabled => "No token of this user verifies anything until that ends.",
        Refusal::NoToken | Refusal::Unknown => "The code was not looked at.",
    };
    words.to_owned()
}

/// The way to another try, if another code may be tested. `start_over` empties the form in place; without
/// script the address does.
pub(super) fn try_again(
    tested: &Tested,
    it: &Detail,
    start_over: impl Fn(web_sys::MouseEvent) + 'static,
) -> Vec<AnyView> {
    let Tested::Refused { refusal, .. } = tested else {
        return Vec::new();
    };
    if !refusal.is_counted() {
        return Vec::new();
    }
    let href = paths::action(Action::Test, it.user.id, &it.token.serial);
    let inner = step(Icon::RotateCw, "Try again", new_code(it));
    vec![view! { <a href=href data-again="" on:click=heard(start_over)>{inner}</a> }.into_any()]
}

/// The deeds that help after this refusal, of those that are there and allowed.
pub(super) fn next_steps(tested: &Tested, it: &Detail, now: Timestamp) -> Vec<AnyView> {
    let Tested::Refused { refusal, failures } = tested else {
        return Vec::new();
    };
    let refusal = *refusal;
    let it = &after(it, refusal, *failures, now);
    let mut steps = Vec::new();
    let user_stands = matches!(refusal, Refusal::UserWaits(_) | Refusal::UserLocked);
    if user_stands && it.may.actions.contains(&Action::Unlock) {
        let about = "The user. Codes are looked at again at once.".to_owned();
        let inner = step(Icon::LockOpen, "Unlock", about);
        steps.push(view! { <a href=paths::unlock_user(it.user.id)>{inner}</a> }.into_any());
    }
    for (action, about) in [
        (Action::Unlock, unlock_helps(refusal)),
        (Action::UnlockAndReset, unlock_and_reset_helps(refusal)),
        (Action::Reset, reset_helps(refusal)),
        (Action::Enable, enable_helps(refusal)),
        (Action::Replace, replace_helps(refusal)),
        (Action::Disable, disable_helps(refusal)),
    ] {
        if let Some(about) = about.filter(|_| can(it, action, now)) {
            let href = paths::action(action, it.user.id, &it.token.serial);
            let inner = step(
                text::action_icon(action),
                text::action(action),
                about.to_owned(),
            );
            steps.push(view! { <a href=href>{inner}</a> }.into_any());
        }
    }
    if let Some(about) = new_one_helps(refusal).filter(|_| it.may.enrol) {
        let inner = step(Icon::Plus, "Add new token", about.to_owned());
        steps.push(view! { <a href=paths::new_token(it.user.id)>{inner}</a> }.into_any());
    }
    steps
}

fn step(icon: Icon, label: &'static str, about: String) -> impl IntoView {
    view! {
        <Icon icon/>
        <span><b>{label}</b><small>{about}</small></span>
        <Icon icon=Icon::ChevronRight/>
    }
}

/// The token as the code has left it; the page knows it from before.
fn after(it: &Detail, refusal: Refusal, failures: u32, now: Timestamp) -> Detail {
    let mut it = it.clone();
    let before = Tries {
        failures: failures.saturating_sub(1),
        retry_at: None,
    };
    match refusal {
        Refusal::WrongCode | Refusal::CodeUsed => {
            it.token.tries = before.failed(Limit::TOKEN, now);
        }
        Refusal::Waits(until) => {
            it.token.tries = Tries {
                failures,
                retry_at: Some(until),
            };
        }
        Refusal::Locked => it.token.tries.failures = failures,
        Refusal::UserWaits(_)
        | Refusal::UserLocked
        | Refusal::Disabled
        | Refusal::UserDisabled
        | Refusal::Expired
        | Refusal::Obsolete
        | Refusal::NoToken
        | Refusal::Unknown => {}
    }
    it
}

fn new_code(it: &Detail) -> String {
    let name = text::first_name(&it.user);
    match it.token.token_type.kind.moves() {
        Some(Moves::Clock) => {
            format!("Ask {name} for a new code. The phone’s clock must be right.")
        }
        Some(Moves::Counter) | None => format!("Ask {name} for a new code."),
    }
}

fn can(it: &Detail, action: Action, now: Timestamp) -> bool {
    let offers = it.may.offers(&it.token, &it.user, now);
    offers
        .iter()
        .any(|offer| offer.action == action && offer.blocked.is_none())
}

fn unlock_helps(refusal: Refusal) -> Option<&'static str> {
    let stands = matches!(refusal, Refusal::Waits(_) | Refusal::Locked);
    (stands || refusal.is_counted()).then_some("Clears the failures. It verifies again at once.")
}

fn unlock_and_reset_helps(refusal: Refusal) -> Option<&'static str> {
    let also = "Also brings the token back in step. Needs two codes in a row.";
    unlock_helps(refusal).map(|_| also)
}

fn reset_helps(refusal: Refusal) -> Option<&'static str> {
    (refusal == Refusal::WrongCode)
        .then_some("If the token and the server are out of step. Needs two codes in a row.")
}

fn enable_helps(refusal: Refusal) -> Option<&'static str> {
    (refusal == Refusal::Disabled).then_some("Then test it again.")
}

fn replace_helps(refusal: Refusal) -> Option<&'static str> {
    (refusal == Refusal::Obsolete).then_some("By a token of the type that follows.")
}

fn disable_helps(refusal: Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::WrongCode => Some("If the device is lost for now."),
        Refusal::Waits(_) | Refusal::Locked => Some("If somebody else enters the codes."),
        _ => None,
    }
}

fn new_one_helps(refusal: Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::WrongCode => Some("If the device is new or was restored."),
        Refusal::Expired | Refusal::Obsolete | Refusal::Locked => {
            Some("Of the same or another type.")
        }
        _ => None,
    }
}
