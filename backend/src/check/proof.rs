//! The proof of an enrolment: a right code makes the token, wrong ones count on the enrolment.

mod settle;
mod waiting;

use super::attempt::{self, Attempts};
use super::remember;
use crate::audit::{self, Row};
use crate::auth::{Actor, Caller, Permit};
use crate::error::{Error, Result};
use crate::otp::{Match, hotp, totp};
use crate::seal::Seed;
use crate::{Backend, change, sessions, tokens};
use domain::audit::{Deed, Outcome};
use domain::check::Purpose;
use domain::{Code, EnrolmentId, Limit, Moves, Timestamp, TryState, UserId};
use serde::{Deserialize, Serialize};
use settle::{count, end, enrol};
use sqlx::{Postgres, Transaction};
use waiting::{Waiting, read, row};

/// What came out of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// The token exists.
    Enrolled {
        /// Its serial.
        serial: String,
        /// Whether it took the place of a token that is gone now; missing in answers that an older
        /// version wrote down.
        #[serde(default)]
        replaced: bool,
    },
    /// A wrong code, counted.
    Wrong {
        /// Failures in a row.
        failures: u32,
        /// No proof is evaluated before this instant.
        waits_until: Option<Timestamp>,
    },
    /// Not evaluated and not counted: too many wrong ones came before.
    Waits(Timestamp),
    /// The enrolment has ended, too late or wrong too often; the seed is void.
    Void,
}

/// Where a proven device stands.
#[derive(Clone, Copy)]
struct Proven {
    counter: u64,
    drift: i32,
}

/// Proves an enrolment.
///
/// Nothing is evaluated and counted, and it fails, with `NotFound` outside the operator's realms, with
/// `EnrolBlocked` when the type has become obsolete or the user has as many of it as it allows, with
/// `NotObsolete` when the token that it replaces is not to be replaced any more, with
/// `CodeLength` for a code that the device cannot make, and with `Seal` when the seed does not open.
pub async fn prove(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
    code: &Code,
) -> Result<Proof> {
    let privilege = tokens::enrol::privilege(backend, enrolment).await?;
    let permit = backend.may_for(caller, privilege, user).await?;
    attempt(backend, caller, permit, (user, enrolment), code).await
}

/// Proves an enrolment of the operator's own account.
pub(crate) async fn prove_own(
    backend: &Backend,
    caller: &Caller,
    operator: UserId,
    enrolment: EnrolmentId,
    code: &Code,
) -> Result<Proof> {
    let permit = Permit::own_account();
    attempt(backend, caller, permit, (operator, enrolment), code).await
}

async fn attempt(
    backend: &Backend,
    caller: &Caller,
    permit: Permit,
    (user, enrolment): (UserId, EnrolmentId),
    code: &Code,
) -> Result<Proof> {
    let (backend, caller, code) = (backend.clone(), caller.clone(), code.clone());
    attempt::to_its_end(async move {
        let _turn = backend.checks.proofs.turn(user).await?;
        let mut attempts = Attempts::default();
        loop {
            let which = (user, enrolment);
            let attempt = once(&backend, &caller, &permit, which, &code).await;
            if let Some(proof) = attempts.settle(attempt).await? {
                return Ok(proof);
            }
        }
    })
    .await
}

async fn once(
    backend: &Backend,
    caller: &Caller,
    permit: &Permit,
    (user, enrolment): (UserId, EnrolmentId),
    code: &Code,
) -> Result<Option<Proof>> {
    let mut tx = attempt::begin(backend).await?;
    let locked = sqlx::query_scalar!(
        "select user_id from user_auth where user_id = $1 and realm_id = any($2)
         for no key update",
        user.0,
        permit.realms(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(proof) = remember::earlier(&mut tx, &backend.keys, caller).await? {
        return Ok(Some(proof));
    }
    if let (None, Actor::Operator { session, .. }) = (permit.privilege(), &caller.actor) {
        // one's own account
        sessions::stands(&mut tx, user, *session).await?;
    }
    if locked.is_none() {
        let which = (user, enrolment);
        return refuse(tx, backend, caller, which, Error::NotFound).await;
    }
    let waiting = match read(&mut tx, backend, (user, enrolment), caller.now).await {
        Ok(waiting) => waiting,
        Err(error) => return refuse(tx, backend, caller, (user, enrolment), error).await,
    };
    if code.digits() != waiting.digits {
        return Err(Error::CodeLength(waiting.digits));
    }
    let seed = match &waiting.seed {
        Ok(seed) => seed,
        Err(cause) => {
            let row = refused(&waiting, "seed does not open");
            audit::write(&mut tx, caller, &row).await?;
            tx.commit().await?;
            return Err(Error::Seal(cause.clone()));
        }
    };
    let now = caller.now;
    let proof = if waiting.ends_at <= now {
        end(&mut tx, caller, &waiting, "not proven in time").await?;
        Proof::Void
    } else if let TryState::Waits(until) = waiting.tries.state(Limit::TOKEN, now) {
        audit::write(&mut tx, caller, &refused(&waiting, "enrolment waits")).await?;
        Proof::Waits(until)
    } else if let Some(proven) = compare(&waiting, seed, code, now) {
        let replaced = enrol(&mut tx, backend, caller, &waiting, (seed, proven)).await?;
        Proof::Enrolled {
            serial: waiting.serial.clone(),
            replaced,
        }
    } else {
        count(&mut tx, caller, &waiting).await?
    };
    if !remember::keep(&mut tx, &backend.keys, caller, user, &proof).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(proof))
}

/// Keeps a refusal for a repeat and in the audit, and fails with it; `None` when the same id was used meanwhile.
async fn refuse<O>(
    mut tx: Transaction<'_, Postgres>,
    backend: &Backend,
    caller: &Caller,
    (user, enrolment): (UserId, EnrolmentId),
    error: Error,
) -> Result<Option<O>> {
    if let Some(refused) = change::refused(&error) {
        if !remember::keep(&mut tx, &backend.keys, caller, user, &refused).await? {
            return Ok(None);
        }
        if let Some(reason) = error.refusal() {
            let row = Row {
                purpose: Some(Purpose::Proof),
                user: Some(user),
                object_kind: Some("enrolment"),
                object: Some(enrolment.0),
                reason: Some(reason.to_owned()),
                ..Row::new(Deed::EnrolToken, Outcome::Refused)
            };
            audit::write(&mut tx, caller, &row).await?;
        }
        tx.commit().await?;
    }
    Err(error)
}

fn refused(waiting: &Waiting, reason: &str) -> Row {
    Row {
        reason: Some(reason.to_owned()),
        ..row(waiting, Deed::EnrolToken, Outcome::Refused)
    }
}

fn compare(waiting: &Waiting, seed: &Seed, code: &Code, now: Timestamp) -> Option<Proven> {
    let (counter, drift) = match waiting.moves {
        Moves::Counter => match hotp::find(seed, waiting.algorithm, code, 0) {
            Match::At(found) => (found, 0),
            Match::Used | Match::None => return None,
        },
        Moves::Clock => {
            let found = totp::prove(seed, waiting.algorithm, code, waiting.period, now)?;
            (found.1, found.0.drift)
        }
    };
    Some(Proven {
        counter: counter + 1,
        drift,
    })
}
