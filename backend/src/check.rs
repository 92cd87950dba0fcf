//! Checks codes, whoever asks: applications, operators who test, enrolments that are proven, sign-in.
//!
//! Every attempt is counted in one committed transaction, on the rows that it was decided on and under the lock
//! of its user's; no answer leaves before that commit, and a wrong code is an outcome that is committed. Questions
//! wait in a `queue`, and a `batch` decides as many as are there at once.
#![deny(clippy::wildcard_enum_match_arm)]

mod asked;
mod attempt;
mod batch;
mod begun;
mod checks;
mod decide;
mod decoys;
mod facts;
mod proof;
mod queue;
mod remember;
mod reset;
mod target;

pub use checks::Checks;
pub(crate) use proof::prove_own;
pub use proof::{Proof, prove};
pub(crate) use remember::earlier;
pub use reset::{Pair, Reset, reset};

use crate::Backend;
use crate::audit::Row;
use crate::auth::Caller;
use crate::error::{Error, Result};
use asked::{Asked, Told};
use domain::audit::{Deed, Outcome};
use domain::check::Refusal;
use domain::{Code, Digits, Privilege, Serial, TokenId, UserId};
use serde::{Deserialize, Serialize};

/// About whom an application asks.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A user; the realm may be left out by a client that has only one.
    User {
        /// Name of the realm.
        realm: Option<String>,
        /// As the user writes it.
        username: String,
    },
    /// One token.
    Serial(String),
}

/// Why an application asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It lets somebody in.
    Verification,
    /// It lets somebody approve something.
    Approval,
}

/// What came out. Applications are told yes or no, and nothing of the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checked {
    /// The code was right and is spent.
    Accepted {
        /// The token that made it.
        token: TokenId,
    },
    /// It was not accepted.
    Refused(Refusal),
}

/// What came out of an operator's test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tested {
    /// The code was right and is spent.
    Worked,
    /// It was not accepted.
    Refused {
        /// The true reason.
        refusal: Refusal,
        /// Failures in a row of the token now.
        failures: u32,
    },
}

impl From<Purpose> for domain::check::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Verification => Self::Verification,
            Purpose::Approval => Self::Approval,
        }
    }
}

/// Verifies a code for an application. `code` is taken as it is; what is no code is a wrong one.
pub async fn verify(
    backend: &Backend,
    caller: &Caller,
    subject: &Subject,
    code: &str,
    purpose: Purpose,
) -> Result<Checked> {
    let code = Code::parse(code);
    let asked = backend.asked(caller, subject, code, purpose.into());
    let told = backend.checks.ask(asked.await?).await?;
    Ok(told.into())
}

/// Checks the code of an operator who signs in: a verification of the operator's own user.
pub async fn operator_code(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    typed: &str,
) -> Result<Checked> {
    let purpose = domain::check::Purpose::Verification;
    let asked = Asked {
        code: Code::parse_typed(typed),
        ..Asked::about(caller, operator, None, purpose)
    };
    Ok(backend.checks.ask(asked).await?.into())
}

/// Tries a code of one token for an operator. Counts and clears on the token only.
///
/// Fails with `NotFound` outside the operator's realms, and where the type denies testing; with
/// `CodeLength` for a code that this token cannot make.
pub async fn test(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    code: &Code,
) -> Result<Tested> {
    let permit = backend.may_for(caller, Privilege::TokensTest, user).await?;
    let token = sqlx::query!(
        "select t.id, a.digits from token t
         join token_auth a on a.token_id = t.id
         join token_type y on y.id = a.type_id
         where t.serial = $1 and t.user_id = $2 and t.realm_id = any($3)
           and not 'test' = any(y.denied_actions)",
        serial.as_str(),
        user.0,
        permit.realms(),
    )
    .fetch_optional(&backend.db)
    .await?;
    let Some(token) = token else {
        let about = (user, serial);
        return Err(not_found(backend, caller, Deed::TestToken, about).await?);
    };
    let digits = Digits::from_number(token.digits).ok_or(Error::Stored("digits"))?;
    if code.digits() != digits {
        return Err(Error::CodeLength(digits));
    }
    let purpose = domain::check::Purpose::Test;
    let asked = Asked {
        code: Some(code.clone()),
        ..Asked::about(caller, user, Some(TokenId(token.id)), purpose)
    };
    Ok(match backend.checks.ask(asked).await? {
        Told::Accepted { .. } => Tested::Worked,
        Told::Refused {
            refusal, failures, ..
        } => Tested::Refused { refusal, failures },
    })
}

/// That there is no such token, or none that this operator may do this to, once it stands in the audit.
async fn not_found(
    backend: &Backend,
    caller: &Caller,
    deed: Deed,
    (user, serial): (UserId, &Serial),
) -> Result<Error> {
    let row = Row {
        user: Some(user),
        serial: Some(serial.as_str().to_owned()),
        reason: Error::NotFound.refusal().map(str::to_owned),
        ..Row::new(deed, Outcome::Refused)
    };
    backend.refuse(caller, &row).await?;
    Ok(Error::NotFound)
}

impl From<Told> for Checked {
    fn from(told: Told) -> Self {
        match told {
            Told::Accepted { token } => Self::Accepted { token },
            Told::Refused { refusal, .. } => Self::Refused(refusal),
        }
    }
}
