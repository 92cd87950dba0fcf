//! Making an enrolment: its type, its serial, what its kind lays down, and the one answer that shows it.

use super::{Started, named};
use crate::audit::Row;
use crate::change::{Change, LockedUser};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::tokens::{kind, make, row};
use crate::{random, token_types};
use domain::enrolment::{Fields, Replaced, Secret, ends_at};
use domain::token_type::{DescriptionRule, TokenType};
use domain::{Description, EnrolmentId, Serial, UserId};
use serde_json::json;

/// What is to be enrolled.
#[derive(Clone, Copy)]
pub struct New<'a> {
    /// The slug of its type.
    pub slug: &'a str,
    /// What was asked for.
    pub fields: &'a Fields,
    /// The token that goes when this one is proven.
    pub replaces: Option<&'a Replaced>,
}

/// Makes the enrolment under the user's lock.
pub async fn begin(
    change: &mut Change<'_>,
    locked: &LockedUser,
    new: New<'_>,
) -> Result<(Started, Option<Secret>)> {
    let token_type = enrollable(change, locked.id, new.slug).await?;
    let description = described(&token_type, &new.fields.description)?;
    let serial = make::give_serial(&mut change.tx, token_type.kind).await?;
    let enrolment = EnrolmentId(random::id(change.caller.now)?);
    let laid = kind::enrol(change, locked, &token_type, (enrolment, new.fields)).await?;
    let it = (enrolment, &serial, &description, laid.seed_sealed);
    insert(change, locked, &token_type, it, new.replaces).await?;
    *change.about = Row {
        object_kind: Some("enrolment"),
        object: Some(enrolment.0),
        changes: new
            .replaces
            .map(|old| json!({ "replaces": [old.serial, null] })),
        ..named(
            locked,
            &token_type.name,
            description.as_str(),
            serial.as_str(),
            change.about.deed,
        )
    };
    let started = Started {
        enrolment,
        serial,
        description: description.as_str().to_owned(),
    };
    Ok((started, laid.secret))
}

/// What the token will be called, as its type asks for it.
fn described(token_type: &TokenType, asked: &Description) -> Result<Description> {
    match token_type.description {
        DescriptionRule::Hidden => Ok(Description::default()),
        DescriptionRule::Required if asked.is_empty() => Err(Error::DescriptionMissing),
        DescriptionRule::Optional | DescriptionRule::Required => Ok(asked.clone()),
    }
}

/// The type, if this user can be given a token of it now; asked again under the user's lock.
async fn enrollable(change: &mut Change<'_>, user: UserId, slug: &str) -> Result<TokenType> {
    let token_type = token_types::all(&mut change.tx)
        .await?
        .into_iter()
        .find(|t| t.slug == slug && t.enrollable)
        .ok_or(Error::NotFound)?;
    let tokens = row::of_user(&mut change.tx, user).await?;
    let count = token_types::count(&tokens, &token_type);
    match token_type.enrol_blocked(count, change.caller.now) {
        Some(blocked) => Err(Error::EnrolBlocked(blocked)),
        None => Ok(token_type),
    }
}

async fn insert(
    change: &mut Change<'_>,
    locked: &LockedUser,
    token_type: &TokenType,
    (id, serial, description, seed_sealed): (EnrolmentId, &Serial, &Description, Vec<u8>),
    replaces: Option<&Replaced>,
) -> Result<()> {
    let now = change.caller.now;
    let period = i16::try_from(token_type.period).map_err(|_| Error::Stored("period"))?;
    sqlx::query!(
        "insert into enrolment (id, realm_id, user_id, type_id, serial, description, algorithm,
             digits, period, seed_sealed, started_at, started_by, ends_at, replaces)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id.0,
        locked.realm.0,
        locked.id.0,
        token_type.id.0,
        serial.as_str(),
        description.as_str(),
        token_type.algorithm.as_str(),
        i16::from(token_type.digits.get()),
        period,
        seed_sealed,
        column(now),
        change.caller.actor_name(),
        column(ends_at(now)),
        replaces.map(|old| old.id.0),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
