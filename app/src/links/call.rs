//! The doormen of one-time links: who holds one, what they ask, pass it on.
#![expect(
    missing_docs,
    reason = "the arguments of a server function become fields that cannot hold a doc comment"
)]

use domain::enrolment::Secret;
use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::page::Notice,
    crate::request::nobody,
    crate::text::password_rule,
    crate::ui::form::{Reply, done},
    crate::{paths, text},
    backend::Error,
    backend::auth::password::Password,
    backend::links::{self, Chosen, Proven, Purpose},
    domain::{Code, Name, Username},
};

/// The word of a link's purpose in its forms.
pub(super) const FIRST: &str = "first";
/// As [`FIRST`].
pub(super) const RESET: &str = "reset";

/// A link that may be used.
#[derive(Clone, Debug, Schema, Serialize, Deserialize)]
pub struct Usable {
    /// Whose it is, once known.
    pub username: String,
    /// Whether the password was chosen, so that the app is next.
    pub waits_for_app: bool,
}

#[cfg(feature = "ssr")]
fn purpose(word: &str) -> Result<Purpose, Problem> {
    match word {
        FIRST => Ok(Purpose::FirstAdministrator),
        RESET => Ok(Purpose::OperatorReset),
        _ => Err(Problem::not_found()),
    }
}

/// The state of a link; `None` when it no longer works.
#[server(prefix = "/call", endpoint = "link", output = Wire)]
pub async fn look_at_link(purpose: String, link: String) -> Result<Option<Usable>, Problem> {
    let (backend, caller) = nobody()?;
    let purpose = self::purpose(&purpose)?;
    match links::look(&backend, purpose, &link, caller.now).await {
        Ok(link) => Ok(Some(Usable {
            username: link.username.unwrap_or_default(),
            waits_for_app: link.waits_for_app,
        })),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The first step: what was chosen is laid down, and the answer holds the seed, once.
#[server(prefix = "/call", endpoint = "link-open", output = Wire)]
pub async fn open_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> FormResult<Secret> {
    let (backend, caller) = nobody()?;
    let purpose = self::purpose(&purpose)?;
    let mut problem = Problem::invalid();
    let password = problem.take("password", Password::chosen(&password), |bad| {
        password_rule(bad).to_owned()
    });
    let chosen = if purpose == Purpose::FirstAdministrator {
        let name = problem.take("name", Name::parse(&name), |_| {
            "Use up to 80 printable characters.".to_owned()
        });
        let username = problem.take("username", Username::parse(&username), |_| {
            "Use 1 to 64 printable characters.".to_owned()
        });
        name.zip(username)
            .map(|(name, username)| Chosen { name, username })
    } else {
        None
    };
    problem.or(())?;
    let password = password.ok_or_else(|| Problem::broken(""))?;
    let which = (purpose, link.as_str());
    match links::open(&backend, &caller, which, chosen.as_ref(), &password).await {
        Ok(secret) => Ok(Reply::Show(secret)),
        Err(error) => Err(refused(error)),
    }
}

/// A new seed in the second step; the old one is void.
#[server(prefix = "/call", endpoint = "link-restart", output = Wire)]
pub async fn restart_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
) -> FormResult<Secret> {
    let (backend, caller) = nobody()?;
    let purpose = self::purpose(&purpose)?;
    match links::restart(&backend, &caller, purpose, &link).await {
        Ok(secret) => Ok(Reply::Show(secret)),
        Err(error) => Err(refused(error)),
    }
}

/// The second step: a code of the app; the operator is signed in.
#[server(prefix = "/call", endpoint = "link-prove", output = Wire)]
pub async fn prove_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
    #[server(default)] code: String,
) -> FormResult {
    let (backend, caller) = nobody()?;
    let purpose = self::purpose(&purpose)?;
    let code = Code::parse_typed(&code)
        .ok_or_else(|| Problem::invalid().at("code", "Enter the 6 digits of the app."))?;
    match links::prove(&backend, &caller, purpose, &link, &code).await {
        Ok(Proven::SignedIn { secret }) => {
            crate::session::set(&secret);
            done(
                paths::users(),
                Some(Notice::new("Password and app are set", "")),
            )
        }
        Ok(Proven::Wrong(_)) => Err(Problem::invalid().at("code", "Wrong code.")),
        Ok(Proven::Waits(until)) => {
            let words = text::too_many_wrong("code", until, &Clock::new(&backend, &caller));
            Err(Problem::invalid().at("code", words))
        }
        Err(error) => Err(refused(error)),
    }
}

#[cfg(feature = "ssr")]
fn refused(error: Error) -> Problem {
    match error {
        Error::NotFound => Problem::new(410, "This link no longer works."),
        Error::Taken(_) => Problem::invalid().at("username", "Somebody has this username already."),
        other => other.into(),
    }
}
