//! Enrolling: choose a type, begin, prove, begin again, give up.

use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use super::super::kind::Typed;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{parse_code, parse_user},
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::problem::Problem,
    crate::request::signed_in,
    crate::text,
    crate::ui::form::{Reply, done},
    backend::check::Proof,
    backend::tokens::enrol::Started,
    backend::{Error, check, tokens},
    domain::enrolment::{Secret, ends_at},
    domain::{EnrolmentId, Timestamp, UserId},
};

/// An enrolment that was just made. In no answer but the one that made it.
#[derive(Clone, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Made {
    /// Its id.
    pub enrolment: String,
    /// What the device is called, or empty.
    pub description: String,
    /// It is void from this instant.
    pub ends_at: domain::Timestamp,
    /// What the device needs.
    pub secret: domain::enrolment::Secret,
}

/// Goes on to the form of the chosen type. Changes nothing.
#[server(prefix = "/call", endpoint = "choose-type", output = Wire)]
pub async fn choose_type(user: String, #[server(default)] slug: String) -> FormResult {
    signed_in().await?;
    let user = parse_user(&user)?;
    let mut problem = Problem::invalid();
    if slug.is_empty() {
        problem = problem.at("slug", "Choose a type.");
    }
    problem.or(())?;
    let is_slug = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !slug.chars().all(is_slug) {
        return Err(Problem::not_found());
    }
    done(paths::new_token_of(user, slug), None)
}

/// Begins an enrolment and shows its secret, once.
#[server(prefix = "/call", endpoint = "start-enrolment", output = Wire)]
pub async fn start_enrolment(
    user: String,
    slug: String,
    #[server(flatten)] typed: Typed,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let (user, fields) = (parse_user(&user)?, typed.parse()?);
    match tokens::enrol::start(&backend, &caller, user, &slug, &fields).await {
        Ok(made) => shown(user, &slug, made, caller.now),
        Err(error) => Err(not_enrolled(error)),
    }
}

/// Proves an enrolment; or, by the button that was pressed, begins it again or gives it up.
#[server(prefix = "/call", endpoint = "prove-enrolment", output = Wire)]
pub async fn prove_enrolment(
    user: String,
    slug: String,
    enrolment: String,
    #[server(default)] code: String,
    #[server(default)] then: String,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let user = parse_user(&user)?;
    let id = EnrolmentId::parse(&enrolment).ok_or_else(Problem::not_found)?;
    match then.as_str() {
        "again" => match tokens::enrol::restart(&backend, &caller, user, id).await {
            Ok(made) => return shown(user, &slug, made, caller.now),
            Err(error) => return Err(not_enrolled(error)),
        },
        "cancel" => return cancel(&backend, &caller, user, id).await,
        _ => {}
    }
    let code = parse_code(&code)?;
    let proof = check::prove(&backend, &caller, user, id, &code).await;
    match proof.map_err(not_enrolled)? {
        Proof::Enrolled { serial, replaced } => {
            let title = if replaced {
                "Token replaced"
            } else {
                "Token added"
            };
            done(paths::tokens(user), Some(Notice::new(title, serial)))
        }
        Proof::Wrong {
            failures,
            waits_until,
        } => Err(Problem::invalid().at("code", wrong_proof(failures, waits_until, &clock))),
        Proof::Waits(until) => Err(Problem::invalid().at(
            "code",
            format!(
                "Waits until {}. No code is looked at before then.",
                text::time(until, &clock)
            ),
        )),
        Proof::Void => Err(enrolment_ended()),
    }
}

/// Gives an enrolment up, from the list.
#[server(prefix = "/call", endpoint = "cancel-enrolment", output = Wire)]
pub async fn cancel_enrolment(user: String, enrolment: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let user = parse_user(&user)?;
    let id = EnrolmentId::parse(&enrolment).ok_or_else(Problem::not_found)?;
    cancel(&backend, &caller, user, id).await
}

#[cfg(feature = "ssr")]
async fn cancel<T>(
    backend: &backend::Backend,
    caller: &backend::Caller,
    user: UserId,
    id: EnrolmentId,
) -> FormResult<T> {
    match tokens::enrol::cancel(backend, caller, user, id).await {
        Ok(()) => done(
            paths::tokens(user),
            Some(Notice::new("Enrolment cancelled", "")),
        ),
        Err(Error::NotFound) => Err(Problem::new(404, "This enrolment waits no longer.")),
        Err(error) => Err(error.into()),
    }
}

/// The secret the first time; a repeat of the same request leads to the page without it.
#[cfg(feature = "ssr")]
fn shown(
    user: UserId,
    slug: &str,
    (started, secret): (Started, Option<Secret>),
    now: Timestamp,
) -> FormResult<Made> {
    match secret {
        Some(secret) => Ok(Reply::Show(made(started, secret, now))),
        None => done(paths::enrolment(user, slug, started.enrolment), None),
    }
}

#[cfg(feature = "ssr")]
pub(super) fn made(started: Started, secret: Secret, now: Timestamp) -> Made {
    Made {
        enrolment: started.enrolment.to_string(),
        description: started.description,
        ends_at: ends_at(now),
        secret,
    }
}

#[cfg(feature = "ssr")]
fn wrong_proof(failures: u32, until: Option<Timestamp>, clock: &Clock) -> String {
    let so_far = match failures {
        1 => "1 wrong code so far.".to_owned(),
        failures => format!("{failures} wrong codes so far."),
    };
    match until {
        Some(until) => format!(
            "Wrong code. {so_far} Waits until {}.",
            text::time(until, clock)
        ),
        None => format!("Wrong code. {so_far} Wait for the next code and enter that one."),
    }
}

#[cfg(feature = "ssr")]
fn enrolment_ended() -> Problem {
    Problem::new(
        410,
        "This enrolment has ended: proven, cancelled, too late, or wrong too often. Its secret is void.",
    )
}

#[cfg(feature = "ssr")]
pub(super) fn not_enrolled(error: Error) -> Problem {
    match error {
        Error::NotFound => enrolment_ended(),
        Error::EnrolBlocked(why) => Problem::conflict(format!(
            "{} Nothing was changed.",
            text::enrol_blocked(&why)
        )),
        Error::TooManyEnrolments => Problem::conflict(
            "Three enrolments wait for their proof already. Continue or cancel one of them first.",
        ),
        error => error.into(),
    }
}
