//! Switching off and on.

use leptos::prelude::*;

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{bad_line, not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::paths,
    crate::problem::Problem,
    crate::reason,
    crate::request::signed_in,
    crate::switched,
    crate::text,
    crate::ui::form::done,
    backend::tokens::disable::Disable,
    backend::{Error, tokens},
    domain::{Reason, Timestamp},
};

/// Switches a token off.
#[server(prefix = "/call", endpoint = "disable-token", output = Wire)]
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
        Ok(it) => {
            let title = match asked.until {
                Some(until) => format!("Token disabled until {}", text::day(until, &clock)),
                None => "Token disabled".to_owned(),
            };
            let notice = switched::notice(it, title, "Token was disabled already", &clock);
            done(paths::tokens(user), Some(notice))
        }
        Err(Error::LastToken) => Err(Problem::invalid().at(
            "last",
            "This is the user’s last active token. Nothing was changed. Tick this to disable it.",
        )),
        Err(error) => Err(not_done(error, &clock)),
    }
}

/// Switches a token on.
#[server(prefix = "/call", endpoint = "enable-token", output = Wire)]
pub async fn enable_token(
    user: String,
    serial: String,
    #[server(default)] reason: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let reason = reason::parse(&reason)?;
    match tokens::enable::enable(&backend, &caller, user, &serial, &reason).await {
        Ok(it) => {
            let already = "Token was enabled already";
            let notice = switched::notice(it, "Token enabled", already, &clock);
            done(paths::tokens(user), Some(notice))
        }
        Err(error) => Err(not_done(error, &clock)),
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
