//! Looking: the tab, one token, the types to choose from.

use domain::tab::{Choices, Detail, Tab};
use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::clock::Seen;
use crate::problem::Problem;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{parse_serial, parse_user},
    crate::clock::Clock,
    crate::request::signed_in,
    crate::text,
    backend::tokens::Found,
    backend::{token_types, tokens},
};

/// A token where it was looked for, or the user whom it belongs to now.
#[derive(Clone, Debug, Schema, Serialize, Deserialize)]
pub enum Where {
    /// Under this user.
    Here(Box<Seen<Detail>>),
    /// Under the user with this id.
    Moved(String),
    /// Nowhere any more.
    Gone {
        /// The user it belonged to.
        user: String,
        /// Its name when it went.
        name: String,
        /// What became of it: "was deleted, by Mara Vogt, 5 min ago".
        how: String,
    },
}

/// The Tokens tab of a user.
#[server(prefix = "/call", endpoint = "tokens-tab", output = Wire)]
pub async fn tokens_tab(user: String) -> Result<Seen<Tab>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = tokens::tab(&backend, &caller, parse_user(&user)?).await?;
    Ok(Seen { clock, it })
}

/// One token of a user.
#[server(prefix = "/call", endpoint = "find-token", output = Wire)]
pub async fn find_token(user: String, serial: String) -> Result<Where, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let (user, serial) = (parse_user(&user)?, parse_serial(&serial)?);
    Ok(
        match tokens::find(&backend, &caller, user, &serial).await? {
            Found::Here(it) => Where::Here(Box::new(Seen { clock, it: *it })),
            Found::Moved(user) => Where::Moved(user.to_string()),
            Found::Gone(gone) => Where::Gone {
                user: user.to_string(),
                name: gone.name,
                how: format!(
                    "{}{}",
                    if gone.was_replaced {
                        "was replaced"
                    } else {
                        "was deleted"
                    },
                    text::by(Some(&gone.by), Some(gone.at), &clock)
                ),
            },
        },
    )
}

/// The types that a user can be given a token of, and the enrolments that wait.
#[server(prefix = "/call", endpoint = "enrol-choices", output = Wire)]
pub async fn enrol_choices(user: String) -> Result<Seen<Choices>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = token_types::choices(&backend, &caller, parse_user(&user)?).await?;
    Ok(Seen { clock, it })
}
