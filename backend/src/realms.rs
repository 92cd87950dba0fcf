//! Realms: separate populations of users.

use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::{Error, OnConstraint, Result, Taken};
use crate::instant::column;
use crate::{Backend, random};
use domain::audit::{Deed, Outcome};
use domain::{Name, Privilege, RealmId};

/// Makes a realm; `Taken` when there is one of that name. Authenticator apps show
/// `display_name`.
pub async fn create(
    backend: &Backend,
    caller: &Caller,
    name: &Name,
    display_name: &Name,
) -> Result<RealmId> {
    let permit = backend.may(caller, Privilege::RealmsManage).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::CreateRealm).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(id) => return Ok(id),
    };
    let id = RealmId(random::id(caller.now)?);
    sqlx::query!(
        "insert into realm (id, name, display_name, created_at) values ($1, $2, $3, $4)",
        id.0,
        name.as_str(),
        display_name.as_str(),
        column(caller.now),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint("realm_name_key", Error::Taken(Taken::Realm))?;
    let row = Row {
        realm: Some(id),
        object_kind: Some("realm"),
        object: Some(id.0),
        object_name: Some(name.as_str().to_owned()),
        ..Row::new(Deed::CreateRealm, Outcome::Done)
    };
    change.commit(&row, id).await
}

/// The realm of a name.
pub async fn find(backend: &Backend, name: &str) -> Result<RealmId> {
    sqlx::query_scalar!("select id from realm where name = $1", name)
        .fetch_optional(&backend.db)
        .await?
        .map(RealmId)
        .ok_or(Error::NotFound)
}
