//! What stands above the list: enrolments that wait, that the user cannot sign in, obsolete tokens.

use domain::tab::Tab;
use domain::token::NoSignIn;
use domain::{Action, Status, Token};
use leptos::prelude::*;

use super::call::CancelEnrolment;
use crate::clock::Clock;
use crate::ui::badge::Tone;
use crate::ui::form::{PageForm, SubmitButton, Weight, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::notice::Callout;
use crate::ui::time::near;
use crate::{paths, text};

/// Enrolments that wait for their proof, each with its way on and its end.
pub(super) fn waiting(tab: &Tab, clock: &Clock) -> Vec<AnyView> {
    let user = tab.user.id;
    tab.enrolments
        .iter()
        .map(|enrolment| {
            let id = enrolment.id.to_string();
            let name = domain::token::name(&enrolment.type_name, &enrolment.description);
            let started = text::inner(&near(clock.at(enrolment.started_at), clock.now()));
            let ends = text::inner(&near(clock.at(enrolment.ends_at), clock.now()));
            let by = enrolment.started_by.clone();
            let form = use_form::<CancelEnrolment>(&id);
            let (go_on, may) = match &enrolment.replaces {
                Some(old) => (
                    paths::action(Action::Replace, user, &old.serial),
                    tab.may.actions.contains(&Action::Replace),
                ),
                None => (
                    paths::enrolment(user, &enrolment.type_slug, &id),
                    tab.may.enrol,
                ),
            };
            let replaces = enrolment.replaces.as_ref();
            let replaces = replaces.map(|old| format!(" Replaces {}, {}.", old.name, old.serial));
            let buttons = may.then(|| {
                view! {
                    <div class="row">
                        <a class="btn" data-size="sm" href=go_on>"Continue"</a>
                        <PageForm form class="row">
                            {given("user", user.to_string())}
                            {given("enrolment", id)}
                            <SubmitButton weight=Weight::Ghost small=true>
                                "Cancel enrolment"
                            </SubmitButton>
                        </PageForm>
                    </div>
                }
                .into_any()
            });
            view! {
                <div class="notice">
                    <Callout tone=Tone::Neutral icon=Icon::Hourglass>
                        <p>
                            <strong>{format!("Waiting for proof: {name}.")}</strong>
                            {replaces}
                            {format!(" Started {started}, by {by}. Ends {ends}.")}
                        </p>
                        {buttons}
                    </Callout>
                </div>
            }
            .into_any()
        })
        .collect()
}

/// Says so when none of the tokens lets the user sign in, why, and the way on.
pub(super) fn cannot_sign_in(tab: &Tab, clock: &Clock) -> Option<AnyView> {
    let why = tab.no_sign_in(clock.now)?;
    if tab.tokens.is_empty() {
        return None;
    }
    let name = text::first_name(&tab.user);
    let what = match why {
        NoSignIn::UserDisabled => format!("{name} is disabled."),
        NoSignIn::UserLocked => format!("{name} is locked."),
        NoSignIn::TokensLocked => "Every active token is locked.".to_owned(),
        NoSignIn::NoActiveToken => "No active token.".to_owned(),
    };
    let add = matches!(why, NoSignIn::TokensLocked | NoSignIn::NoActiveToken) && tab.may.enrol;
    let add = add.then(|| (paths::new_token(tab.user.id), "Add new token"));
    let way_on = unlock(tab, why, clock).into_iter().chain(add);
    let way_on = way_on
        .map(|(href, label)| {
            view! { <a class="btn" data-size="sm" href=href>{label}</a> }.into_any()
        })
        .collect::<Vec<_>>();
    let way_on = (!way_on.is_empty()).then(|| view! { <div class="row">{way_on}</div> }.into_any());
    Some(
        view! {
            <div class="notice">
                <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                    <p><strong>{what}</strong>{format!(" {name} cannot sign in to any service.")}</p>
                    {way_on}
                </Callout>
            </div>
        }
        .into_any(),
    )
}

/// The way to unlock what is locked, if it is one and may be unlocked.
fn unlock(tab: &Tab, why: NoSignIn, clock: &Clock) -> Option<(String, &'static str)> {
    if why != NoSignIn::TokensLocked {
        return None;
    }
    let can = |token: &&Token| {
        let offers = tab.may.offers(token, &tab.user, clock.now);
        let mut offers = offers.into_iter().filter(|offer| offer.blocked.is_none());
        offers.any(|offer| offer.action == Action::Unlock)
    };
    let locked: Vec<&Token> = tab.tokens.iter().filter(can).collect();
    match locked.as_slice() {
        [one] => Some((
            paths::action(Action::Unlock, tab.user.id, &one.serial),
            "Unlock",
        )),
        _ => None,
    }
}

/// What is obsolete, until when it works, and the way on.
pub(super) fn obsolete(tab: &Tab, clock: &Clock) -> Vec<AnyView> {
    tab.tokens
        .iter()
        .filter(|token| token.status(clock.now) == Status::Obsolete)
        .filter_map(|token| {
            let obsolete = token.token_type.obsolete_at(clock.now)?;
            let works = match obsolete.grace_until.filter(|until| clock.now < *until) {
                Some(until) => format!(" Works until {}.", text::day(until, clock)),
                None => " Works no longer.".to_owned(),
            };
            let next = obsolete
                .followed_by
                .as_ref()
                .map(|next| format!(" Next type: {next}."));
            let name = token.name();
            let offers = tab.may.offers(token, &tab.user, clock.now);
            let replace = offers
                .iter()
                .any(|offer| offer.action == Action::Replace && offer.blocked.is_none());
            let replace = replace.then(|| {
                let href = paths::action(Action::Replace, tab.user.id, &token.serial);
                view! { <a class="btn" data-size="sm" data-noscroll="" href=href>"Replace"</a> }
                    .into_any()
            });
            Some(
                view! {
                    <div class="notice">
                        <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                            <p><strong>{format!("Obsolete: {name}.")}</strong>{works}{next}</p>
                            {replace}
                        </Callout>
                    </div>
                }
                .into_any(),
            )
        })
        .collect()
}
