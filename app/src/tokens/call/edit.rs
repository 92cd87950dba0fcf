//! Changing what a token is called.

use leptos::prelude::*;

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{bad_line, not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::problem::Problem,
    crate::request::signed_in,
    crate::text,
    crate::ui::form::done,
    backend::tokens,
    backend::tokens::edit::{Edit, Edited, Theirs},
    domain::Description,
};

/// Saves a token's description over the version that the form was made for.
#[server(prefix = "/call", endpoint = "edit-token", output = Wire)]
pub async fn edit_token(
    user: String,
    serial: String,
    #[server(default)] description: String,
    #[server(default)] version: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let version = version.parse().map_err(|_| Problem::incomplete())?;
    let mut problem = Problem::invalid();
    let description = problem.take("description", Description::parse(&description), bad_line);
    let asked = Edit {
        description: problem.or(description)?.unwrap_or_default(),
        version,
    };
    let edited = tokens::edit::edit(&backend, &caller, user, &serial, &asked).await;
    let notice = match edited.map_err(|error| not_done(error, &clock))? {
        Edited::Saved { name } => Notice::new("Token saved", name),
        Edited::Unchanged { name } => Notice::new("Nothing to save", name),
        Edited::Changed(theirs) => return Err(changed(&theirs, &asked, &clock)),
    };
    done(paths::tokens(user), Some(notice))
}

/// Both values, and how to save one over the other.
#[cfg(feature = "ssr")]
fn changed(theirs: &Theirs, asked: &Edit, clock: &Clock) -> Problem {
    let who = theirs.by.as_deref().filter(|by| !by.is_empty());
    let (who, at) = (who.unwrap_or("Somebody"), text::time(theirs.at, clock));
    let quoted = |words: &str| match words {
        "" => "empty".to_owned(),
        words => format!("“{words}”"),
    };
    let (now, typed) = (
        quoted(&theirs.description),
        quoted(asked.description.as_str()),
    );
    let message = format!(
        "{who} changed this token, {at}. The description is {now} now; {typed} was typed and is \
         kept. Nothing was saved. Save again to replace theirs, or cancel to keep it."
    );
    Problem {
        version: Some(theirs.version),
        ..Problem::conflict(message)
    }
}
