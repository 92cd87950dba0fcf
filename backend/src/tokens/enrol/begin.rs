//! Making an enrolment: its type, its serial, its seed, and the one answer that holds the seed.

use super::{Started, named};
use crate::audit::Row;
use crate::change::{Change, LockedUser};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::otp::{self, Moves};
use crate::seal::{Place, Seed};
use crate::tokens::row;
use crate::{random, token_types};
use domain::audit::Deed;
use domain::enrolment::{Replaced, Secret, ends_at};
use domain::token_type::{DescriptionRule, TokenType};
use domain::{Description, EnrolmentId, Serial, UserId};
use serde_json::json;

/// What is to be enrolled.
#[derive(Clone, Copy)]
pub struct New<'a> {
    /// The slug of its type.
    pub slug: &'a str,
    /// What the device is called.
    pub description: &'a Description,
    /// The token that goes when this one is proven.
    pub replaces: Option<&'a Replaced>,
}

/// Makes the enrolment under the user's lock, and commits.
pub async fn begin(
    mut change: Change<'_>,
    locked: &LockedUser,
    new: New<'_>,
    deed: Deed,
) -> Result<(Started, Option<Secret>)> {
    let token_type = enrollable(&mut change, locked.id, new.slug).await?;
    let description = new.description;
    let description = match token_type.description {
        DescriptionRule::Hidden => &Description::default(),
        DescriptionRule::Required if description.is_empty() => {
            return Err(Error::DescriptionMissing);
        }
        DescriptionRule::Optional | DescriptionRule::Required => description,
    };
    let serial = give_serial(&mut change, token_type.kind.serial_prefix()).await?;
    let seed = otp::new_seed(token_type.algorithm)?;
    let new = New { description, ..new };
    let enrolment = insert(&mut change, locked, &token_type, new, (&serial, &seed)).await?;
    let secret = secret(&mut change, locked, &token_type, &seed).await?;
    let row = Row {
        object_kind: Some("enrolment"),
        object: Some(enrolment.0),
        changes: new
            .replaces
            .map(|old| json!({ "replaces": [old.serial, null] })),
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
    new: New<'_>,
    (serial, seed): (&Serial, &Seed),
) -> Result<EnrolmentId> {
    let now = change.caller.now;
    let id = random::id(now)?;
    let sealed = change.backend.keys.seal(seed, Place::EnrolmentSeed(id))?;
    let ends_at = ends_at(now);
    let period = i16::try_from(token_type.period).map_err(|_| Error::Stored("period"))?;
    sqlx::query!(
        "insert into enrolment (id, realm_id, user_id, type_id, serial, description, algorithm,
             digits, period, seed_sealed, started_at, started_by, ends_at, replaces)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id,
        locked.realm.0,
        locked.id.0,
        token_type.id.0,
        serial.as_str(),
        new.description.as_str(),
        token_type.algorithm.as_str(),
        i16::from(token_type.digits.get()),
        period,
        sealed,
        column(now),
        change.caller.actor_name(),
        column(ends_at),
        new.replaces.map(|old| old.id.0),
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
    let moves = Moves::of(token_type.kind).ok_or(Error::Stored("kind"))?;
    let uri = otp::uri(&issuer, &locked.username, moves, seed, form);
    Ok(Secret {
        // a URI of a name of 80 and a username of 64 characters always fits
        qr_svg: otp::qr_svg(&uri).unwrap_or_default(),
        uri,
        text: otp::spaced(seed),
    })
}
