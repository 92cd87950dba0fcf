//! Trying a code.

use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::{parse_code, parse_serial, parse_user},
    crate::request::signed_in,
    crate::ui::form::Reply,
    backend::check::{self, Tested as Outcome},
};

/// What came out of a test.
#[derive(Clone, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
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

/// Tries a code of a token.
#[server(prefix = "/call", endpoint = "test-token", output = Wire)]
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
            Outcome::Worked => Tested::Worked { at: caller.now },
            Outcome::Refused { refusal, failures } => Tested::Refused { refusal, failures },
        },
    ))
}
