//! Two codes in a row, with or without unlocking.

use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{parse_serial, parse_user},
    crate::problem::Problem,
    crate::request::signed_in,
    crate::ui::form::Reply,
    backend::Error,
    backend::check::{self, Pair, Reset},
    domain::check::Refusal,
    domain::{Code, Digits},
};

/// What came out of a reset.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum InStep {
    /// The next code works.
    Again,
    /// The codes were not accepted, and no other pair is now.
    Refused {
        /// Why.
        refusal: domain::check::Refusal,
        /// Failures in a row now.
        failures: u32,
    },
}

/// Brings a token back in step; `unlock` is `yes` where that unlocks it too.
#[server(prefix = "/call", endpoint = "reset-token", output = Wire)]
pub async fn reset_token(
    user: String,
    serial: String,
    #[server(default)] first: String,
    #[server(default)] second: String,
    #[server(default)] unlock: String,
) -> FormResult<InStep> {
    let (backend, caller) = signed_in().await?;
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let pair = pair(&first, &second, unlock == "yes")?;
    match check::reset(&backend, &caller, user, &serial, &pair).await {
        Ok(Reset::Done) => Ok(Reply::Show(InStep::Again)),
        Ok(Reset::Refused {
            refusal: Refusal::WrongCode,
            waits_until,
            ..
        }) if pair.unlocks || waits_until.is_none() => Err(do_not_follow(pair.unlocks)),
        Ok(Reset::Refused {
            refusal, failures, ..
        }) => Ok(Reply::Show(InStep::Refused { refusal, failures })),
        Err(Error::CodeLength(digits)) => Err(wrong_length(&pair, digits)),
        Err(error) => Err(error.into()),
    }
}

/// A slip of the hand counts nothing.
#[cfg(feature = "ssr")]
fn pair(first: &str, second: &str, unlocks: bool) -> Result<Pair, Problem> {
    let mut problem = Problem::invalid();
    let mut code = |name, typed| {
        let code = Code::parse_typed(typed).ok_or("Enter the digits the app shows.");
        problem.take(name, code, str::to_owned)
    };
    let codes = code("first", first).zip(code("second", second));
    let codes = problem.or(codes)?;
    let (first, second) = codes.ok_or_else(Problem::invalid)?;
    Ok(Pair {
        first,
        second,
        unlocks,
    })
}

#[cfg(feature = "ssr")]
fn wrong_length(pair: &Pair, digits: Digits) -> Problem {
    let words = format!("Enter all {} digits, and nothing else.", digits.get());
    let mut problem = Problem::invalid();
    for (name, code) in [("first", &pair.first), ("second", &pair.second)] {
        if code.digits() != digits {
            problem = problem.at(name, words.clone());
        }
    }
    problem
}

/// Which of the two was wrong, and how near they were, is not said.
#[cfg(feature = "ssr")]
fn do_not_follow(unlocks: bool) -> Problem {
    let counts = match unlocks {
        true => "This counts as one failure, and nothing was unlocked.",
        false => "This counts as one failure.",
    };
    let words = format!(
        "These codes do not follow each other. Ask for two new codes and enter both, oldest first. \
         {counts}"
    );
    Problem::invalid()
        .at("first", words)
        .at("second", "Enter the code that comes right after the first.")
}
