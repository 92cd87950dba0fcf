//! The doormen of the own account: who asks, what they ask, pass it on.
#![expect(
    missing_docs,
    reason = "a server function's arguments become fields of a struct"
)]

use domain::account::Account;
use domain::enrolment::Secret;
use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::clock::Seen;
use crate::problem::Problem;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::page::Notice,
    crate::request::signed_in,
    crate::sign_in::refused,
    crate::text::{bad_line, password_rule},
    crate::ui::form::{Reply, done},
    crate::{paths, text},
    backend::Error,
    backend::account::{self, AddedApp, Changed, Papers},
    backend::auth::password::Password,
    backend::check::Proof,
    domain::enrolment::Fields,
    domain::{Code, Description, EnrolmentId, Serial, SessionId},
};

/// An own app that was just made. In no answer but the one that made it.
#[derive(Clone, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Made {
    /// The enrolment's id.
    pub enrolment: String,
    /// What the app needs.
    pub secret: Secret,
}

/// The own account.
#[server(prefix = "/call", endpoint = "own-account", output = Wire)]
pub async fn own_account() -> Result<Seen<Account>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = account::look(&backend, &caller).await?;
    Ok(Seen { clock, it })
}

/// Sets a new password, given the old one and a fresh code.
#[server(prefix = "/call", endpoint = "change-password", output = Wire)]
pub async fn change_password(
    #[server(default)] old: String,
    #[server(default)] new: String,
    #[server(default)] code: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let mut problem = Problem::invalid();
    let new = problem.take("new", Password::chosen(&new), |bad| {
        password_rule(bad).to_owned()
    });
    let Some(new) = new else { return Err(problem) };
    let old = Password::typed(&old);
    let changed = account::change_password(&backend, &caller, &old, &new, &code).await?;
    right(&changed, "old", &Clock::new(&backend, &caller))?;
    home("Password changed", OTHERS_ENDED)
}

/// Ends another own session, or all others when none is named.
#[server(prefix = "/call", endpoint = "end-sessions", output = Wire)]
pub async fn end_sessions(
    #[server(default)] session: String,
    #[server(default)] password: String,
    #[server(default)] code: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let which = match session.as_str() {
        "" => None,
        id => Some(SessionId::parse(id).ok_or_else(Problem::not_found)?),
    };
    let password = Password::typed(&password);
    let papers = papers(&password, &code);
    let changed = account::end_sessions(&backend, &caller, papers, which).await?;
    right(&changed, "password", &Clock::new(&backend, &caller))?;
    match which {
        Some(_) => home("Session ended", ""),
        None => home("All other sessions ended", ""),
    }
}

/// Removes an own token for good.
#[server(prefix = "/call", endpoint = "remove-own-app", output = Wire)]
pub async fn remove_own_app(
    serial: String,
    #[server(default)] password: String,
    #[server(default)] code: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let serial = Serial::parse(&serial).map_err(|_| Problem::not_found())?;
    let password = Password::typed(&password);
    let papers = papers(&password, &code);
    match account::remove_app(&backend, &caller, papers, &serial).await {
        Ok(changed) => right(&changed, "password", &Clock::new(&backend, &caller))?,
        Err(Error::LastToken) => {
            return Err(Problem::conflict(
                "You could not sign in without this token. Add another one first. Nothing was changed.",
            ));
        }
        Err(error) => return Err(error.into()),
    }
    home("Token deleted", OTHERS_ENDED)
}

/// Begins to add an own app and shows its secret, once.
#[server(prefix = "/call", endpoint = "add-own-app", output = Wire)]
pub async fn add_own_app(
    #[server(default)] slug: String,
    #[server(default)] description: String,
    #[server(default)] password: String,
    #[server(default)] code: String,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let mut problem = Problem::invalid();
    if slug.is_empty() {
        problem = problem.at("slug", "Choose a type.");
    }
    let description = problem.take("description", Description::parse(&description), bad_line);
    let fields = Fields {
        description: problem.or(description)?.unwrap_or_default(),
    };
    let password = Password::typed(&password);
    let papers = papers(&password, &code);
    match account::add_app(&backend, &caller, papers, &slug, &fields).await? {
        (AddedApp::Started(started), Some(secret)) => Ok(Reply::Show(Made {
            enrolment: started.enrolment.to_string(),
            secret,
        })),
        (AddedApp::Started(_), None) => done(paths::add_own_token(), None),
        (AddedApp::Not(changed), _) => {
            right(&changed, "password", &Clock::new(&backend, &caller))?;
            Err(Problem::broken(""))
        }
    }
}

/// Proves the own app that waits.
#[server(prefix = "/call", endpoint = "prove-own-app", output = Wire)]
pub async fn prove_own_app(enrolment: String, #[server(default)] code: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let id = EnrolmentId::parse(&enrolment).ok_or_else(Problem::not_found)?;
    let code = Code::parse_typed(&code)
        .ok_or_else(|| Problem::invalid().at("code", "Enter the digits the app shows."))?;
    let ended = || {
        Problem::new(
            410,
            "This app waits no longer: added, too late, wrong too often, or begun again. Begin again.",
        )
    };
    let at_code = |words: String| Err(Problem::invalid().at("code", words));
    match account::prove_app(&backend, &caller, id, &code).await {
        Ok(Proof::Enrolled { .. }) => home("Token added", OTHERS_ENDED),
        Ok(Proof::Wrong { .. }) => {
            at_code("Wrong code. Wait for the next code and enter that one.".to_owned())
        }
        Ok(Proof::Waits(until)) => at_code(format!(
            "Waits until {}. No code is looked at before then.",
            text::time(until, &clock)
        )),
        Ok(Proof::Void) | Err(Error::NotFound) => Err(ended()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(feature = "ssr")]
const OTHERS_ENDED: &str = "All other sessions have ended.";

#[cfg(feature = "ssr")]
fn papers<'a>(password: &'a Password, code: &'a str) -> Papers<'a> {
    Papers { password, code }
}

#[cfg(feature = "ssr")]
fn home(title: &str, about: &str) -> FormResult {
    done(paths::account(), Some(Notice::new(title, about)))
}

/// Whether password and code were right; the password stands in the field of this name.
#[cfg(feature = "ssr")]
fn right(changed: &Changed, password: &str, clock: &Clock) -> Result<(), Problem> {
    let problem = Problem::invalid();
    match changed {
        Changed::Done => Ok(()),
        Changed::WrongPassword => Err(problem.at(password, "This is not your password.")),
        Changed::Waits(until) => {
            Err(problem.at(password, text::too_many_wrong("password", *until, clock)))
        }
        Changed::Refused(refusal) => Err(problem.at("code", refused(*refusal, clock))),
    }
}
