//! The second step of a link: a code of the app proves that the device holds the seed. Then, in one
//! commit, the operator has password and app, the link is spent, and a session begins.

use super::{Locked, Purpose, begin, locked, row};
use crate::auth::Caller;
use crate::change::Change;
use crate::error::{Error, Result};
use crate::instant::column;
use crate::operators::administrators::Administrators;
use crate::operators::{self, app};
use crate::otp::totp;
use crate::seal::{Place, Seed};
use crate::tokens::delete;
use crate::{Backend, sessions};
use domain::audit::{Deed, Outcome};
use domain::token_type::TokenType;
use domain::{Code, Limit, Name, RoleId, Serial, Timestamp, Tries, TryState, UserId, Username};
use uuid::Uuid;

/// The built-in role, as the migrations make it.
const ADMINISTRATOR: RoleId = RoleId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0014));

/// How the proof ended.
pub enum Proven {
    /// The operator is signed in.
    SignedIn {
        /// Of the cookie.
        secret: String,
    },
    /// Not this app's code; so many failures so far.
    Wrong(Tries),
    /// Not evaluated before this instant.
    Waits(Timestamp),
}

/// Tries a code of the app; `NotFound` for a link that may not be used (any more).
pub async fn prove(
    backend: &Backend,
    caller: &Caller,
    purpose: Purpose,
    secret: &str,
    code: &Code,
) -> Result<Proven> {
    let mut change = begin(backend, caller, Deed::SpendLink).await?;
    let found = locked(&mut change.tx, purpose, secret, caller.now).await?;
    if let TryState::Waits(until) = found.link.tries.state(Limit::TOKEN, caller.now) {
        return Ok(Proven::Waits(until));
    }
    let sealed = found.seed_sealed.as_deref().ok_or(Error::NotFound)?;
    let seed = backend
        .keys
        .unseal(sealed, Place::LinkSeed(found.link.id.0))?;
    let app = app::token_type(&mut change.tx).await?;
    match totp::prove(&seed, app.algorithm, code, app.period, caller.now) {
        Some(proof) => spend(change, found, (&app, &seed), proof).await,
        None => wrong(change, found).await,
    }
}

async fn wrong(mut change: Change<'_>, found: Locked) -> Result<Proven> {
    let tries = found.link.tries.failed(Limit::TOKEN, change.caller.now);
    sqlx::query!(
        "update one_time_link set failures = $2, retry_at = $3 where id = $1",
        found.link.id.0,
        i32::try_from(tries.failures).unwrap_or(i32::MAX),
        tries.retry_at.map(column),
    )
    .execute(&mut *change.tx)
    .await?;
    let row = crate::audit::Row {
        user: found.link.operator,
        username: found.link.username,
        object: Some(found.link.id.0),
        reason: Some("wrong code".to_owned()),
        ..row(Deed::SpendLink, Outcome::Failed)
    };
    change.commit(&row, ()).await?;
    Ok(Proven::Wrong(tries))
}

async fn spend(
    mut change: Change<'_>,
    found: Locked,
    (app, seed): (&TokenType, &Seed),
    proof: (totp::Clock, u64),
) -> Result<Proven> {
    let hash = found.password_hash.as_deref().ok_or(Error::NotFound)?;
    let username = found.link.username.clone().ok_or(Error::NotFound)?;
    let (operator, gone) = match found.link.operator {
        Some(operator) => (operator, bring_back(&mut change, operator, hash).await?),
        None => (
            first(&mut change, &found, &username, hash).await?,
            Vec::new(),
        ),
    };
    let serial = app::insert(&mut change, (operator, &username), app, seed, proof).await?;
    crate::users::refresh(&mut change.tx, operator, change.caller.now).await?;
    sqlx::query!(
        "update one_time_link set spent_at = $2, password_hash = null, seed_sealed = null
         where id = $1",
        found.link.id.0,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    let (_, secret) = sessions::begin(&mut change.tx, change.caller, operator, false).await?;
    let row = crate::audit::Row {
        user: Some(operator),
        username: Some(username),
        serial: Some(serial.as_str().to_owned()),
        object: Some(found.link.id.0),
        changes: (!gone.is_empty()).then(|| serde_json::json!({ "deleted tokens": gone })),
        ..row(Deed::SpendLink, Outcome::Done)
    };
    change.commit(&row, ()).await?;
    Ok(Proven::SignedIn { secret })
}

/// Makes the first administrator, unless somebody was faster.
async fn first(
    change: &mut Change<'_>,
    found: &Locked,
    username: &str,
    hash: &str,
) -> Result<UserId> {
    if Administrators::lock(&mut change.tx).await?.exist() {
        return Err(Error::NotFound);
    }
    let username = Username::parse(username).map_err(|_| Error::Stored("username"))?;
    let name = Name::parse(found.link.name.as_deref().unwrap_or_default())
        .map_err(|_| Error::Stored("name"))?;
    let operator = operators::insert(change, &username, &name, Some(hash)).await?;
    operators::grant(change, operator, ADMINISTRATOR, None).await?;
    let made = operators::about(Deed::CreateOperator, operator, username.as_str());
    change.also(&made).await?;
    Ok(operator)
}

/// A new password; old tokens, counted failures and all sessions go. Gives the old tokens' serials.
async fn bring_back(change: &mut Change<'_>, operator: UserId, hash: &str) -> Result<Vec<Serial>> {
    let locked = change.lock_user(operator).await?;
    if locked.disabled_at.is_some() {
        // since the link was looked at
        return Err(Error::NotFound);
    }
    sqlx::query!(
        "update user_auth set failures = 0, retry_at = null where user_id = $1",
        operator.0,
    )
    .execute(&mut *change.tx)
    .await?;
    sqlx::query!(
        "update operator set password_hash = $2, password_changed_at = $3, password_failures = 0,
             password_retry_at = null where user_id = $1",
        operator.0,
        hash,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    sessions::end_all(&mut change.tx, operator, None).await?;
    delete::remove_all(change, &locked).await
}
