//! The doormen of the Tokens tab: who asks, what they ask, pass it on.

use domain::tab::{Choices, Detail, Tab};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Seen;
use crate::problem::Problem;
use crate::ui::form::FormResult;
#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::request::signed_in,
    crate::text,
    crate::ui::form::{Reply, done},
    crate::ui::time::near,
    backend::check::{Proof, Tested as Checked},
    backend::tokens::{Found, Switched, disable::Disable, enrol::Started},
    backend::{Error, check, token_types, tokens},
    domain::enrolment::{Secret, ends_at},
    domain::{BadLine, Code, Description, EnrolmentId, Reason, Serial, Timestamp, UserId},
};

/// A token where it was looked for, or the user whom it belongs to now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Where {
    /// Under this user.
    Here(Box<Seen<Detail>>),
    /// Under the user with this id.
    Moved(String),
}

/// An enrolment that was just made. In no answer but the one that made it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// What came out of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tested {
    /// The code was right, and is spent.
    Worked {
        /// When.
        at: domain::Timestamp,
    },
    /// It was not accepted.
    Refused {
        /// Why.
        refusal: domain::check::Refusal,
        /// Failures in a row now.
        failures: u32,
    },
}

/// The Tokens tab of a user.
#[server(prefix = "/call", endpoint = "tokens-tab")]
pub async fn tokens_tab(user: String) -> Result<Seen<Tab>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = tokens::tab(&backend, &caller, parse_user(&user)?).await?;
    Ok(Seen { clock, it })
}

/// One token of a user.
#[server(prefix = "/call", endpoint = "find-token")]
pub async fn find_token(user: String, serial: String) -> Result<Where, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    Ok(
        match tokens::find(&backend, &caller, user, &serial).await? {
            Found::Here(it) => Where::Here(Box::new(Seen { clock, it: *it })),
            Found::Moved(user) => Where::Moved(user.to_string()),
        },
    )
}

/// The types that a user can be given a token of, and the enrolments that wait.
#[server(prefix = "/call", endpoint = "enrol-choices")]
pub async fn enrol_choices(user: String) -> Result<Seen<Choices>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = token_types::choices(&backend, &caller, parse_user(&user)?).await?;
    Ok(Seen { clock, it })
}

/// Goes on to the form of the chosen type. Changes nothing.
#[server(prefix = "/call", endpoint = "choose-type")]
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
#[server(prefix = "/call", endpoint = "start-enrolment")]
pub async fn start_enrolment(
    user: String,
    slug: String,
    #[server(default)] description: String,
) -> FormResult<Made> {
    let (backend, caller) = signed_in().await?;
    let user = parse_user(&user)?;
    let mut problem = Problem::invalid();
    let description = problem.take("description", Description::parse(&description), bad_line);
    let description = problem.or(description)?.unwrap_or_default();
    let started = token_types::choices(&backend, &caller, user).await?;
    let required = started.types.iter().any(|(t, _)| {
        t.slug == slug && t.description == domain::token_type::DescriptionRule::Required
    });
    if required && description.is_empty() {
        return Err(Problem::invalid().at("description", "Describe the device."));
    }
    match tokens::enrol::start(&backend, &caller, user, &slug, &description).await {
        Ok(made) => shown(user, &slug, made, caller.now),
        Err(error) => Err(not_enrolled(error)),
    }
}

/// Proves an enrolment; or, by the button that was pressed, begins it again or gives it up.
#[server(prefix = "/call", endpoint = "prove-enrolment")]
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
        Proof::Enrolled { serial } => done(
            paths::tokens(user),
            Some(Notice::new("Token added", serial)),
        ),
        Proof::Wrong {
            waits_until: Some(until),
            failures,
        } => Err(Problem::invalid().at("code", wrong_proof(failures, Some(until), &clock))),
        Proof::Wrong { failures, .. } => {
            Err(Problem::invalid().at("code", wrong_proof(failures, None, &clock)))
        }
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
#[server(prefix = "/call", endpoint = "cancel-enrolment")]
pub async fn cancel_enrolment(user: String, enrolment: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let user = parse_user(&user)?;
    let id = EnrolmentId::parse(&enrolment).ok_or_else(Problem::not_found)?;
    cancel(&backend, &caller, user, id).await
}

/// Tries a code of a token.
#[server(prefix = "/call", endpoint = "test-token")]
pub async fn test_token(
    user: String,
    serial: String,
    #[server(default)] code: String,
) -> FormResult<Tested> {
    let (backend, caller) = signed_in().await?;
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let code = parse_code(&code)?;
    Ok(Reply::Show(
        match check::test(&backend, &caller, user, &serial, &code).await? {
            Checked::Worked => Tested::Worked { at: caller.now },
            Checked::Refused { refusal, failures } => Tested::Refused { refusal, failures },
        },
    ))
}

/// Switches a token off.
#[server(prefix = "/call", endpoint = "disable-token")]
pub async fn disable_token(
    user: String,
    serial: String,
    #[server(default)] until: String,
    #[server(default)] date: String,
    #[server(default)] reason: String,
    #[server(default)] last: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let mut problem = Problem::invalid();
    let reason = problem.take("reason", Reason::parse(&reason), bad_line);
    let ends = ends(&backend, caller.now, &until, &date);
    let ends = problem.take("date", ends, str::to_owned);
    let asked = Disable {
        reason: reason.unwrap_or_default(),
        until: problem.or(ends)?.flatten(),
        confirmed_last: last == "yes",
    };
    match tokens::disable::disable(&backend, &caller, user, &serial, &asked).await {
        Ok(done) => {
            let title = match asked.until {
                Some(until) => format!("Token disabled until {}", text::day(until, &clock)),
                None => "Token disabled".to_owned(),
            };
            switched(user, done, title, "Token was disabled already", &clock)
        }
        Err(Error::LastToken) => Err(Problem::invalid().at(
            "last",
            "This is the user’s last active token. Nothing was changed. Tick this to disable it.",
        )),
        Err(error) => Err(not_done(error, &clock)),
    }
}

/// Switches a token on.
#[server(prefix = "/call", endpoint = "enable-token")]
pub async fn enable_token(
    user: String,
    serial: String,
    #[server(default)] reason: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let mut problem = Problem::invalid();
    let reason = problem.take("reason", Reason::parse(&reason), bad_line);
    let reason = problem.or(reason)?.unwrap_or_default();
    match tokens::enable::enable(&backend, &caller, user, &serial, &reason).await {
        Ok(done) => {
            let title = "Token enabled".to_owned();
            switched(user, done, title, "Token was enabled already", &clock)
        }
        Err(error) => Err(not_done(error, &clock)),
    }
}

#[cfg(feature = "ssr")]
async fn cancel<T>(
    backend: &backend::Backend,
    caller: &backend::Caller,
    user: UserId,
    id: EnrolmentId,
) -> FormResult<T> {
    match tokens::enrol::cancel(backend, caller, user, id).await {
        Ok(()) => done(paths::tokens(user), say("Enrolment cancelled")),
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
        Some(secret) => Ok(Reply::Show(Made {
            enrolment: started.enrolment.to_string(),
            description: started.description,
            ends_at: ends_at(now),
            secret,
        })),
        None => done(paths::enrolment(user, slug, started.enrolment), None),
    }
}

/// When a disabled token is enabled by itself; `None` for never.
#[cfg(feature = "ssr")]
fn ends(
    backend: &backend::Backend,
    now: Timestamp,
    until: &str,
    date: &str,
) -> Result<Option<Timestamp>, &'static str> {
    use backend::instant::{end_of_day, end_of_typed};
    match until {
        "tomorrow" => Ok(end_of_day(&backend.zone, now, 1)),
        "date" => match end_of_typed(&backend.zone, date) {
            Some(end) if end > now => Ok(Some(end)),
            Some(_) => Err("This day is over. Enter today or a later date."),
            None => Err("Enter a date as 2026-05-31."),
        },
        "" => Ok(None),
        _ => Err("Choose one of these."),
    }
}

/// Back to the list, saying what was done or who did it before.
#[cfg(feature = "ssr")]
fn switched(
    user: UserId,
    switched: Switched,
    title: String,
    already: &str,
    clock: &Clock,
) -> FormResult {
    let notice = match switched {
        Switched::Done { name } => Notice::new(title, name),
        Switched::Already { name, by, at } => {
            let by = by
                .filter(|by| !by.is_empty())
                .map(|by| format!(", by {by}"));
            let at = at.map(|at| format!(", {}", near(clock.at(at), clock.now())));
            let (by, at) = (by.unwrap_or_default(), at.unwrap_or_default());
            Notice::new(format!("{already}{by}{at}"), name)
        }
    };
    done(paths::tokens(user), Some(notice))
}

#[cfg(feature = "ssr")]
fn say(title: &str) -> Option<Notice> {
    Some(Notice::new(title, ""))
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
fn not_enrolled(error: Error) -> Problem {
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

#[cfg(feature = "ssr")]
fn not_done(error: Error, clock: &Clock) -> Problem {
    match error {
        Error::Blocked(why) => Problem::conflict(format!(
            "{}. Nothing was changed.",
            text::blocked(why, clock)
        )),
        error => error.into(),
    }
}

#[cfg(feature = "ssr")]
fn bad_line(bad: BadLine) -> String {
    match bad {
        BadLine::TooLong(most) => format!("{most} characters at most."),
        BadLine::Unprintable => "Control characters cannot be kept. Remove them.".to_owned(),
    }
}

/// A slip of the hand counts nothing; a wrong code does.
#[cfg(feature = "ssr")]
fn parse_code(typed: &str) -> Result<Code, Problem> {
    Code::parse_typed(typed)
        .ok_or_else(|| Problem::invalid().at("code", "Enter the digits the app shows."))
}

#[cfg(feature = "ssr")]
fn parse_user(user: &str) -> Result<UserId, Problem> {
    UserId::parse(user).ok_or_else(Problem::not_found)
}

#[cfg(feature = "ssr")]
fn parse_serial(serial: &str) -> Result<Serial, Problem> {
    Serial::parse(serial).map_err(|_| Problem::not_found())
}
