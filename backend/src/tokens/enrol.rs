//! Enrolling a token on behalf of a user, up to its proof. A seed leaves in the one answer that made it.

mod begin;

use super::row;
use crate::Backend;
use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided, LockedUser};
use crate::error::{Error, Result};
use domain::audit::{Deed, Outcome};
use domain::enrolment::{AT_MOST, Enrolment, Fields, Secret};
use domain::{Description, EnrolmentId, Privilege, Serial, UserId};
use serde::{Deserialize, Serialize};

pub(crate) use begin::{New, begin};

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
    fields: &Fields,
) -> Result<(Started, Option<Secret>)> {
    let permit = backend
        .may_for(caller, Privilege::TokensEnrol, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::StartEnrolment).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(started) => return Ok((started, None)),
    };
    let begun = first(&mut change, user, slug, fields).await;
    settle(change, begun).await
}

async fn first(
    change: &mut Change<'_>,
    user: UserId,
    slug: &str,
    fields: &Fields,
) -> Result<(Started, Option<Secret>)> {
    let locked = change.lock_user(user).await?;
    let waiting = row::waiting(&mut change.tx, user, change.caller.now).await?;
    if waiting.len() >= AT_MOST {
        return Err(Error::TooManyEnrolments);
    }
    let new = New {
        slug,
        fields,
        replaces: None,
    };
    begin(change, &locked, new).await
}

/// Begins it again, with what its kind lays down anew, under a new serial; the old one is void.
pub async fn restart(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<(Started, Option<Secret>)> {
    let privilege = privilege(backend, enrolment).await?;
    let permit = backend.may_for(caller, privilege, user).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::RestartEnrolment).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(started) => return Ok((started, None)),
    };
    let begun = anew(&mut change, user, enrolment).await;
    settle(change, begun).await
}

async fn anew(
    change: &mut Change<'_>,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<(Started, Option<Secret>)> {
    let locked = change.lock_user(user).await?;
    let old = take(change, user, enrolment).await?;
    change
        .also(&about(&locked, &old, Deed::CancelEnrolment))
        .await?;
    let description =
        Description::parse(&old.description).map_err(|_| Error::Stored("enrolment.description"))?;
    let new = New {
        slug: &old.type_slug,
        fields: &Fields { description },
        replaces: old.replaces.as_ref(),
    };
    begin(change, &locked, new).await
}

/// Gives an enrolment up; its seed goes.
pub async fn cancel(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<()> {
    let privilege = privilege(backend, enrolment).await?;
    let permit = backend.may_for(caller, privilege, user).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::CancelEnrolment).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(()) => return Ok(()),
    };
    let decided = give_up(&mut change, user, enrolment).await;
    change.settle(decided).await
}

async fn give_up(
    change: &mut Change<'_>,
    user: UserId,
    enrolment: EnrolmentId,
) -> Result<Decided<()>> {
    let locked = change.lock_user(user).await?;
    let old = take(change, user, enrolment).await?;
    *change.about = about(&locked, &old, Deed::CancelEnrolment);
    Ok(Decided::Done(()))
}

/// Gives up all that waits for a proof of this user's, with a row of the audit for each.
pub(crate) async fn give_up_all(change: &mut Change<'_>, user: &LockedUser) -> Result<()> {
    let gone = sqlx::query!(
        "delete from enrolment e using token_type_name n
         where e.user_id = $1 and n.type_id = e.type_id and n.language = 'en'
         returning e.id, e.serial, e.description, n.name",
        user.id.0,
    )
    .fetch_all(&mut *change.tx)
    .await?;
    for old in gone {
        let deed = Deed::CancelEnrolment;
        let row = Row {
            object_kind: Some("enrolment"),
            object: Some(old.id),
            ..named(user, &old.name, &old.description, &old.serial, deed)
        };
        change.also(&row).await?;
    }
    Ok(())
}

/// Ends the change in which an enrolment began. The secret is no part of what a repeat gets.
pub(crate) async fn settle(
    change: Change<'_>,
    begun: Result<(Started, Option<Secret>)>,
) -> Result<(Started, Option<Secret>)> {
    let (decided, secret) = match begun {
        Ok((started, secret)) => (Ok(Decided::Done(started)), secret),
        Err(error) => (Err(error), None),
    };
    Ok((change.settle(decided).await?, secret))
}

/// What it takes to go on with an enrolment or give it up: the proof of one that replaces a token also
/// deletes that token.
pub(crate) async fn privilege(backend: &Backend, enrolment: EnrolmentId) -> Result<Privilege> {
    let replaces = sqlx::query_scalar!(
        r#"select replaces is not null as "replaces!" from enrolment where id = $1"#,
        enrolment.0,
    )
    .fetch_optional(&backend.db)
    .await?;
    Ok(match replaces {
        Some(true) => Privilege::TokensReplace,
        Some(false) | None => Privilege::TokensEnrol,
    })
}

/// Removes a waiting enrolment and returns what it was.
async fn take(change: &mut Change<'_>, user: UserId, id: EnrolmentId) -> Result<Enrolment> {
    change.about.object_kind = Some("enrolment");
    change.about.object = Some(id.0);
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

fn about(locked: &LockedUser, old: &Enrolment, deed: Deed) -> Row {
    Row {
        object_kind: Some("enrolment"),
        object: Some(old.id.0),
        ..named(
            locked,
            &old.type_name,
            &old.description,
            old.serial.as_str(),
            deed,
        )
    }
}

fn named(locked: &LockedUser, type_name: &str, description: &str, serial: &str, deed: Deed) -> Row {
    Row {
        realm: Some(locked.realm),
        user: Some(locked.id),
        username: Some(locked.username.clone()),
        serial: Some(serial.to_owned()),
        object_name: Some(domain::token::name(type_name, description)),
        ..Row::new(deed, Outcome::Done)
    }
}
