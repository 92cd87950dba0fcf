//! Enrolling an app on behalf of a user, up to its proof. The seed leaves in the one answer that made it.

use super::row;
use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change, LockedUser};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::seal::{Place, Seed};
use crate::{Backend, otp, random, token_types};
use domain::audit::{Deed, Outcome};
use domain::enrolment::{AT_MOST, Enrolment, Secret, ends_at};
use domain::token_type::{DescriptionRule, TokenType};
use domain::{Description, EnrolmentId, Privilege, Serial, UserId};
use serde::{Deserialize, Serialize};

/// An enrolment that began. A repeat of the same request gets this, and never the secret again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its id.
    pub enrolment: EnrolmentId,
    /// The serial that the token will have.
    pub serial: Serial,
    /// What the device is called; missing in answers that an older version wrote down.
    #[serde(default)]
    pub description: String,
}

/// Begins an enrolment of the type with this slug. The secret is there the first time only.
pub async fn start(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    slug: &str,
    description: &Description,
) -> Result<(Started, Option<Secret>)> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnrol, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(started) => return Ok((started, None)),
    };
    let locked = change.lock_user(user).await?;
    let waiting = row::waiting(&mut change.tx, user, caller.now).await?;
    if waiting.len() >= AT_MOST {
        return Err(Error::TooManyEnrolments);
    }
    begin(change, &locked, slug, description, Deed::StartEnrolment).await
}

/// Begins it again with a new seed under a new serial; the old one is void.
pub async fn restart(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<(Started, Option<Secret>)> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnrol, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(started) => return Ok((started, None)),
    };
    let locked = change.lock_user(user).await?;
    let old = take(&mut change, user, enrolment).await?;
    change
        .also(&about(&locked, &old, Deed::CancelEnrolment))
        .await?;
    let description =
        Description::parse(&old.description).map_err(|_| Error::Stored("enrolment.description"))?;
    begin(
        change,
        &locked,
        &old.type_slug,
        &description,
        Deed::RestartEnrolment,
    )
    .await
}

/// Gives an enrolment up; its seed goes.
pub async fn cancel(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<()> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnrol, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(()) => return Ok(()),
    };
    let locked = change.lock_user(user).await?;
    let old = take(&mut change, user, enrolment).await?;
    change
        .commit(&about(&locked, &old, Deed::CancelEnrolment), ())
        .await
}

/// Removes a waiting enrolment and returns what it was.
async fn take(change: &mut Change<'_>, user: UserId, id: EnrolmentId) -> Result<Enrolment> {
    let waiting = row::waiting(&mut change.tx, user, change.caller.now).await?;
    let old = waiting
        .into_iter()
        .find(|enrolment| enrolment.id == id)
        .ok_or(Error::NotFound)?;
    sqlx::query!("delete from enrolment where id = $1", id.0)
        .execute(&mut *change.tx)
        .await?;
    Ok(old)
}

async fn begin(
    mut change: Change<'_>,
    locked: &LockedUser,
    slug: &str,
    description: &Description,
    deed: Deed,
) -> Result<(Started, Option<Secret>)> {
    let token_type = enrollable(&mut change, locked.id, slug).await?;
    let description = match token_type.description {
        DescriptionRule::Hidden => &Description::default(),
        DescriptionRule::Required if description.is_empty() => {
            return Err(Error::DescriptionMissing);
        }
        DescriptionRule::Optional | DescriptionRule::Required => description,
    };
    let serial = give_serial(&mut change, token_type.kind.serial_prefix()).await?;
    let seed = otp::new_seed(token_type.algorithm)?;
    let enrolment = insert(
        &mut change,
        locked,
        &token_type,
        &serial,
        description,
        &seed,
    )
    .await?;
    let secret = secret(&mut change, locked, &token_type, &seed).await?;
    let row = Row {
        object_kind: Some("enrolment"),
        object: Some(enrolment.0),
        ..named(
            locked,
            &token_type.name,
            description.as_str(),
            &serial,
            deed,
        )
    };
    let started = Started {
        enrolment,
        serial,
        description: description.as_str().to_owned(),
    };
    let started = change.commit(&row, started).await?;
    Ok((started, Some(secret)))
}

/// The type, if this user can be given a token of it now; asked again under the user's lock.
async fn enrollable(change: &mut Change<'_>, user: UserId, slug: &str) -> Result<TokenType> {
    let token_type = token_types::all(&mut change.tx)
        .await?
        .into_iter()
        .find(|t| t.slug == slug && t.enrollable && t.kind.is_built())
        .ok_or(Error::NotFound)?;
    let tokens = row::of_user(&mut change.tx, user).await?;
    let count = token_types::count(&tokens, &token_type);
    match token_type.enrol_blocked(count, change.caller.now) {
        Some(blocked) => Err(Error::EnrolBlocked(blocked)),
        None => Ok(token_type),
    }
}

/// A serial of ours that was never given before.
async fn give_serial(change: &mut Change<'_>, prefix: &str) -> Result<Serial> {
    loop {
        let serial = random::serial(prefix)?;
        let given = sqlx::query!(
            "insert into serial_given (serial) values ($1) on conflict do nothing",
            serial.as_str(),
        )
        .execute(&mut *change.tx)
        .await?;
        if given.rows_affected() == 1 {
            return Ok(serial);
        }
    }
}

async fn insert(
    change: &mut Change<'_>,
    locked: &LockedUser,
    token_type: &TokenType,
    serial: &Serial,
    description: &Description,
    seed: &Seed,
) -> Result<EnrolmentId> {
    let now = change.caller.now;
    let id = random::id(now)?;
    let sealed = change.backend.keys.seal(seed, Place::EnrolmentSeed(id))?;
    let ends_at = ends_at(now);
    let period = i16::try_from(token_type.period).map_err(|_| Error::Stored("period"))?;
    sqlx::query!(
        "insert into enrolment (id, realm_id, user_id, type_id, serial, description, algorithm,
             digits, period, seed_sealed, started_at, started_by, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id,
        locked.realm.0,
        locked.id.0,
        token_type.id.0,
        serial.as_str(),
        description.as_str(),
        token_type.algorithm.as_str(),
        i16::from(token_type.digits.get()),
        period,
        sealed,
        column(now),
        change.caller.actor_name(),
        column(ends_at),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(EnrolmentId(id))
}

async fn secret(
    change: &mut Change<'_>,
    locked: &LockedUser,
    token_type: &TokenType,
    seed: &Seed,
) -> Result<Secret> {
    let issuer = sqlx::query_scalar!(
        "select display_name from realm where id = $1",
        locked.realm.0
    )
    .fetch_one(&mut *change.tx)
    .await?;
    let form = (token_type.algorithm, token_type.digits, token_type.period);
    let uri = otp::uri(&issuer, &locked.username, token_type.kind, seed, form);
    Ok(Secret {
        // a URI of a name of 80 and a username of 64 characters always fits
        qr_svg: otp::qr_svg(&uri).unwrap_or_default(),
        uri,
        text: otp::spaced(seed),
    })
}

fn about(locked: &LockedUser, old: &Enrolment, deed: Deed) -> Row {
    Row {
        object_kind: Some("enrolment"),
        object: Some(old.id.0),
        ..named(locked, &old.type_name, &old.description, &old.serial, deed)
    }
}

fn named(
    locked: &LockedUser,
    type_name: &str,
    description: &str,
    serial: &Serial,
    deed: Deed,
) -> Row {
    Row {
        realm: Some(locked.realm),
        user: Some(locked.id),
        username: Some(locked.username.clone()),
        serial: Some(serial.as_str().to_owned()),
        object_name: Some(domain::token::name(type_name, description)),
        ..Row::new(deed, Outcome::Done)
    }
}
