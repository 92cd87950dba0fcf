//! Deleting.

use leptos::prelude::*;

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{not_done, parse_serial, parse_user},
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::problem::Problem,
    crate::reason,
    crate::request::signed_in,
    crate::text,
    crate::ui::form::done,
    backend::tokens::delete::{Delete, Deleted},
    backend::{Error, tokens},
};

/// Removes a token for good.
#[server(prefix = "/call", endpoint = "delete-token", output = Wire)]
pub async fn delete_token(
    user: String,
    serial: String,
    #[server(default)] reason: String,
    #[server(default)] last: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    let asked = Delete {
        reason: reason::parse(&reason)?,
        confirmed_last: last == "yes",
    };
    let notice = match tokens::delete::delete(&backend, &caller, user, &serial, &asked).await {
        Ok(Deleted::Done { name }) => Notice::new("Token deleted", name),
        Ok(Deleted::Already { name, by, at }) => {
            let by = text::by(Some(&by), Some(at), &clock);
            Notice::new(format!("Token was deleted already{by}"), name)
        }
        Err(Error::LastToken) => {
            return Err(Problem::invalid().at(
                "last",
                "This is the user’s last active token. Nothing was changed. Tick this to delete it.",
            ));
        }
        Err(error) => return Err(not_done(error, &clock)),
    };
    done(paths::tokens(user), Some(notice))
}
