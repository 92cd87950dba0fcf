//! Applications that may ask, by their keys.

use crate::audit::Row;
use crate::auth::{Actor, Caller};
use crate::error::{Error, OnConstraint, Result, Taken};
use crate::instant::column;
use crate::{Backend, Begun, Change, random};
use domain::audit::{Deed, Outcome};
use domain::{ClientId, Name, Privilege, RealmId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What every key begins with, so that one that leaked can be recognised.
const PREFIX: &str = "tdk_";

/// Makes an application for these realms. The key is shown this once; only its hash is stored.
///
/// Fails with `NotFound` for a realm that the caller may not give, and with `Taken` for a known name.
pub async fn create(
    backend: &Backend,
    caller: &Caller,
    name: &Name,
    realms: &[String],
) -> Result<String> {
    let permit = backend.may(caller, Privilege::ClientsManage).await?;
    // a key is no outcome that may be kept for a repeat
    let once = Caller {
        request: None,
        ..caller.clone()
    };
    let mut change = match Change::begin::<()>(backend, &once, permit, Deed::CreateClient).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(()) => return Err(Error::RequestReused),
    };
    let found = sqlx::query_scalar!(
        "select id from realm where name = any($1) and id = any($2)",
        realms,
        change.permit.realms(),
    )
    .fetch_all(&mut *change.tx)
    .await?;
    if found.is_empty() || realms.len() != found.len() {
        return Err(Error::NotFound);
    }
    let id = random::id(caller.now)?;
    let key = format!("{PREFIX}{}", random::secret()?);
    sqlx::query!(
        "insert into api_client (id, name, key_hash, created_at) values ($1, $2, $3, $4)",
        id,
        name.as_str(),
        random::hash(&key),
        column(caller.now),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint("api_client_name_key", Error::Taken(Taken::Client))?;
    sqlx::query!(
        "insert into api_client_realm (client_id, realm_id) select $1, unnest($2::uuid[])",
        id,
        &found,
    )
    .execute(&mut *change.tx)
    .await?;
    let row = Row {
        object_kind: Some("client"),
        object: Some(id),
        object_name: Some(name.as_str().to_owned()),
        ..Row::new(Deed::CreateClient, Outcome::Done)
    };
    change.commit(&row, ()).await?;
    Ok(key)
}

/// Applications by the hashes of their keys, as they were found once. Nobody is let in by this alone: the
/// check looks at the key again, in the statement that locks its user.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<Vec<u8>, Actor>>);

impl Known {
    fn known(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Actor>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The application of a key; `None` for an unknown or disabled one. It may be remembered, and its key be taken
/// back meanwhile: a check then fails with `NotSignedIn`, and the key is to be looked up [`anew`].
pub async fn authenticate(backend: &Backend, key: &str) -> Result<Option<Actor>> {
    let known = backend.clients.known().get(&random::hash(key)).cloned();
    match known {
        Some(actor) => Ok(Some(actor)),
        None => anew(backend, key).await,
    }
}

/// The application of a key as it is now.
pub async fn anew(backend: &Backend, key: &str) -> Result<Option<Actor>> {
    let hash = random::hash(key);
    let row = sqlx::query!(
        r#"select c.id, c.name, array_agg(r.realm_id) as "realms!",
               c.key_hash || convert_to(c.name, 'UTF8')
                   || string_agg(uuid_send(r.realm_id), ''::bytea order by r.realm_id) as "key!"
           from api_client c join api_client_realm r on r.client_id = c.id
           where c.key_hash = $1 and c.disabled_at is null
           group by c.id"#,
        hash,
    )
    .fetch_optional(&backend.db)
    .await?;
    let actor = row.map(|row| Actor::Client {
        id: ClientId(row.id),
        name: row.name,
        realms: row.realms.into_iter().map(RealmId).collect(),
        key: Some(row.key.into()),
    });
    // only keys that exist are remembered, so there are never many
    let mut known = backend.clients.known();
    match &actor {
        Some(actor) => known.insert(hash, actor.clone()),
        None => known.remove(&hash),
    };
    Ok(actor)
}
