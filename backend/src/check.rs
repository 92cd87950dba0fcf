//! Checks codes, whoever asks: applications, operators who test, enrolments that are proven, sign-in.
//!
//! Every attempt is decided and counted in one committed transaction under the lock of its user's row; no
//! answer leaves before that commit, and a wrong code is an outcome that is committed.

mod ask;
mod attempt;
mod checks;
mod decide;
mod facts;
mod proof;
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
use ask::{Answer, ask};
use decide::Question;
use domain::audit::{Deed, Outcome};
use domain::check::Refusal;
use domain::{Code, Digits, Privilege, Serial, TokenId, UserId};
use serde::{Deserialize, Serialize};
use target::Target;

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
        serial: String,
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
    caller: Caller,
    subject: Subject,
    code: &str,
    purpose: Purpose,
) -> Result<Checked> {
    let (backend, code) = (backend.clone(), Code::parse(code));
    attempt::to_its_end(async move {
        let purpose = purpose.into();
        let target = backend.target(&caller, &subject).await?;
        let question = about(&target, purpose, code.as_ref(), &caller);
        match ask(&backend, &caller, &target, question, checked).await {
            // deleted before the row was locked: whoever asks now is told what anybody unknown is told
            Err(Error::NotFound) => {
                let target = backend.target(&caller, &subject).await?;
                let question = about(&target, purpose, code.as_ref(), &caller);
                ask(&backend, &caller, &target, question, checked).await
            }
            answer => answer,
        }
    })
    .await
}

/// Checks the code of an operator who signs in: a verification of the operator's own user.
pub async fn operator_code(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    typed: &str,
) -> Result<Checked> {
    let (backend, caller, code) = (backend.clone(), caller.clone(), Code::parse_typed(typed));
    let target = known(operator, None);
    let purpose = domain::check::Purpose::Verification;
    attempt::to_its_end(async move {
        let question = about(&target, purpose, code.as_ref(), &caller);
        ask(&backend, &caller, &target, question, checked).await
    })
    .await
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
    let (backend, caller, code) = (backend.clone(), caller.clone(), code.clone());
    let target = known(user, Some(TokenId(token.id)));
    let purpose = domain::check::Purpose::Test;
    attempt::to_its_end(async move {
        let question = about(&target, purpose, Some(&code), &caller);
        ask(&backend, &caller, &target, question, tested).await
    })
    .await
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

fn known(user: UserId, named: Option<TokenId>) -> Target {
    Target {
        user,
        unknown: false,
        named,
        asked_username: None,
        asked_serial: None,
    }
}

fn about<'a>(
    target: &Target,
    purpose: domain::check::Purpose,
    code: Option<&'a Code>,
    caller: &Caller,
) -> Question<'a> {
    Question {
        purpose,
        named: target.named,
        code,
        reset: None,
        now: caller.now,
    }
}

fn checked(answer: Answer<'_>) -> Checked {
    match answer.decision.outcome {
        Ok(()) => {
            let token = answer.decision.token.map(|at| &answer.facts.tokens[at]);
            let serial = token.map_or_else(String::new, |token| token.serial.clone());
            Checked::Accepted { serial }
        }
        Err(refusal) => Checked::Refused(refusal),
    }
}

fn tested(answer: Answer<'_>) -> Tested {
    match answer.decision.outcome {
        Ok(()) => Tested::Worked,
        Err(refusal) => Tested::Refused {
            refusal,
            failures: answer.tries().failures,
        },
    }
}
