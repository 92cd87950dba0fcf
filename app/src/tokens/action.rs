//! What the pages of one token share: saying where it went, and why an action cannot be done now.

use domain::tab::Detail;
use domain::{Action, Blocked};
use leptos::prelude::*;

use super::call::{FindToken, Where};
use super::head;
use crate::clock::{Clock, Seen};
use crate::problem::Problem;
use crate::ui::action::{ActionPage, Dialog};
use crate::ui::badge::Tone;
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::ui::problem::problem_page;
use crate::{paths, text};

/// The token, or the page that says where it is now.
pub(super) fn here(found: Where, page: impl FnOnce(Seen<Detail>) -> AnyView + 'static) -> AnyView {
    here_or_gone(found, Box::new(page))
}

fn here_or_gone(found: Where, page: Box<dyn FnOnce(Seen<Detail>) -> AnyView>) -> AnyView {
    match found {
        Where::Here(seen) => page(*seen),
        Where::Moved(user) => {
            let gone = problem_page(Problem::new(404, "This token belongs to another user now."));
            view! {
                {gone}
                <div class="page-body">
                    <a class="btn" data-variant="primary" href=paths::tokens(user)>
                        "Show where it is"
                    </a>
                </div>
            }
            .into_any()
        }
        Where::Gone { user, name, how } => {
            let gone = problem_page(Problem::new(410, format!("{name} {how}.")));
            view! {
                {gone}
                <div class="page-body">
                    <a class="btn" data-variant="primary" href=paths::tokens(user)>"Tokens"</a>
                </div>
            }
            .into_any()
        }
    }
}

/// The page or dialog of an action on the token with this user and serial. `question` is its title, and what
/// it means.
pub(super) fn ask(
    (user, serial): (String, String),
    action: Action,
    (title, lead): (&'static str, fn(&Detail) -> String),
    form: fn(&Detail, &Clock) -> AnyView,
) -> impl IntoView {
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {here(found, move |seen| {
                let question = (title, lead(&seen.it));
                let Seen { clock, it } = seen.clone();
                offered(&seen, action, question, move || form(&it, &clock))
            })}
        </Loaded>
    }
}

/// An action's question, and its form while the action is offered.
pub(super) fn offered(
    seen: &Seen<Detail>,
    action: Action,
    (title, lead): (&'static str, String),
    form: impl FnOnce() -> AnyView + 'static,
) -> AnyView {
    offered_or_not(seen, action, (title, lead), Box::new(form))
}

fn offered_or_not(
    seen: &Seen<Detail>,
    action: Action,
    (title, lead): (&'static str, String),
    form: Box<dyn FnOnce() -> AnyView>,
) -> AnyView {
    let Seen { clock, it } = seen;
    let is_page = use_context::<Dialog>().is_none();
    let bar = is_page.then(|| head::topbar(&it.user, text::action(action)));
    let offers = it.may.offers(&it.token, &it.user, clock.now);
    let body = match offers.iter().find(|offer| offer.action == action) {
        Some(offer) => match offer.blocked {
            None => form(),
            Some(why) => blocked(it, why, clock),
        },
        None if it.may.actions.contains(&action) => not_now(it, action, clock),
        None => return problem_page(forbidden()),
    };
    view! {
        {bar}
        <ActionPage title lead>{body}</ActionPage>
    }
    .into_any()
}

fn forbidden() -> Problem {
    Problem::forbidden("Your roles do not allow this for this user. Nothing was changed.")
}

/// Why not now, and the way on.
fn blocked(it: &Detail, why: Blocked, clock: &Clock) -> AnyView {
    let (user, serial) = (it.user.id, &it.token.serial);
    let way_on = match why {
        Blocked::Disabled if it.may.actions.contains(&Action::Enable) => {
            Some((paths::action(Action::Enable, user, serial), "Enable"))
        }
        Blocked::TypeObsolete | Blocked::ReplaceInstead
            if it.next.is_some() && it.may.actions.contains(&Action::Replace) =>
        {
            Some((paths::action(Action::Replace, user, serial), "Replace"))
        }
        Blocked::Expired(_)
        | Blocked::TypeObsolete
        | Blocked::ReplaceInstead
        | Blocked::NothingFollows
            if it.may.enrol =>
        {
            Some((paths::new_token(user), "Add new token"))
        }
        _ => None,
    };
    stands(it, format!("{}.", text::blocked(why, clock)), way_on)
}

/// The action is not in the menu of such a token: it is done already, or its type takes it away.
fn not_now(it: &Detail, action: Action, clock: &Clock) -> AnyView {
    let words = match (action, &it.token.disabled) {
        (Action::Disable, Some(disabled)) => {
            let at = crate::ui::time::near(clock.at(disabled.at), clock.now());
            format!("It is disabled already, by {}, {at}.", disabled.by)
        }
        (Action::Enable, _) => "It is enabled already.".to_owned(),
        (Action::Unlock | Action::UnlockAndReset, Some(disabled)) if disabled.holds(clock.now) => {
            "It is disabled. Enable it first.".to_owned()
        }
        (Action::Unlock | Action::UnlockAndReset, _)
            if it.token.try_state(clock.now) == domain::TryState::Open =>
        {
            "Nothing to unlock: it neither waits nor is locked.".to_owned()
        }
        (Action::Replace, _) => "Its type is not obsolete.".to_owned(),
        _ => "Its type does not allow this.".to_owned(),
    };
    stands(it, words, None)
}

/// That it stands as it is, why, and the way on.
pub(super) fn stands(
    it: &Detail,
    words: String,
    way_on: Option<(String, &'static str)>,
) -> AnyView {
    let view_token = paths::token(it.user.id, &it.token.serial);
    view! {
        <div class="body stack" data-gap="lg">
            {head::token_card(&it.token)}
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>{words}</p>
                <div class="row">
                    {way_on.map(|(href, label)| {
                        view! { <a class="btn" data-size="sm" href=href>{label}</a> }.into_any()
                    })}
                    <a class="btn" data-size="sm" href=view_token>"View token"</a>
                </div>
            </Callout>
        </div>
    }
    .into_any()
}

/// A disabled user's tokens verify nothing, whatever is done to them.
pub(super) fn user_disabled(it: &Detail) -> Option<AnyView> {
    crate::users::disabled_note(&it.user)
}
