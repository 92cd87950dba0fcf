//! Operators: users of the realm `operators` with roles. Made and brought back at the command line, by
//! one-time links, so that nobody ever knows another's password.

pub(crate) mod administrators;
pub(crate) mod app;

use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::fold::username_key;
use crate::instant::column;
use crate::users::create::{self, New};
use crate::{Backend, links};
use domain::audit::{Deed, Outcome};
use domain::{Name, Privilege, RealmId, RoleId, UserId, Username};

/// Makes an operator with a role for some realms, or for all when none is named, and gives the secret of
/// the link by which the operator chooses a password and enrols an app.
pub async fn create(
    backend: &Backend,
    caller: &Caller,
    username: &Username,
    role: RoleId,
    realms: &[RealmId],
) -> Result<String> {
    let mut change = begin(backend, caller, Deed::CreateOperator).await?;
    let id = insert(&mut change, username, &Name::default(), None).await?;
    for realm in one_by_one(realms) {
        grant(&mut change, id, role, realm).await?;
    }
    let secret = links::make_reset(&mut change, id).await?;
    change
        .commit(&about(Deed::CreateOperator, id, username.as_str()), ())
        .await?;
    Ok(secret)
}

/// Gives the secret of a link for an operator who lost password or app. Nothing changes until the link
/// is spent. `OperatorDisabled` for one whose link would open nothing.
pub async fn reset(backend: &Backend, caller: &Caller, username: &str) -> Result<String> {
    let mut change = begin(backend, caller, Deed::MakeLink).await?;
    let operator = sqlx::query!(
        "select u.id, u.username, a.disabled_at from user_auth a
         join app_user u on u.id = a.user_id join operator o on o.user_id = u.id
         where a.realm_id = $1 and a.username_key = $2",
        RealmId::OPERATORS.0,
        username_key(username),
    )
    .fetch_optional(&mut *change.tx)
    .await?
    .ok_or(Error::NotFound)?;
    let id = UserId(operator.id);
    *change.about = about(Deed::MakeLink, id, &operator.username);
    if operator.disabled_at.is_some() {
        return change.settle(Err(Error::OperatorDisabled)).await;
    }
    let secret = links::make_reset(&mut change, id).await?;
    change.settle(Ok(Decided::Done(()))).await?;
    Ok(secret)
}

/// The role of a key (`help-desk`) or a name.
pub async fn role(backend: &Backend, word: &str) -> Result<RoleId> {
    sqlx::query_scalar!("select id from role where key = $1 or name = $1", word)
        .fetch_optional(&backend.db)
        .await?
        .map(RoleId)
        .ok_or(Error::NotFound)
}

/// The operator's rows, without a role.
pub(crate) async fn insert(
    change: &mut Change<'_>,
    username: &Username,
    name: &Name,
    password_hash: Option<&str>,
) -> Result<UserId> {
    let (given, family) = name
        .as_str()
        .rsplit_once(' ')
        .unwrap_or((name.as_str(), ""));
    let part = |text| Name::parse(text).map_err(|_| Error::Stored("name"));
    let new = New {
        realm: RealmId::OPERATORS,
        username: username.clone(),
        given_name: part(given)?,
        family_name: part(family)?,
        department: Name::default(),
        contacts: Vec::new(),
    };
    let id = create::insert(change, &new).await?;
    let now = column(change.caller.now);
    sqlx::query!(
        "insert into operator (user_id, password_hash, password_changed_at, created_at)
         values ($1, $2, $3, $4)",
        id.0,
        password_hash,
        password_hash.map(|_| now),
        now,
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(id)
}

/// Gives a role; without a realm, for all but `operators`.
pub(crate) async fn grant(
    change: &mut Change<'_>,
    operator: UserId,
    role: RoleId,
    realm: Option<RealmId>,
) -> Result<()> {
    sqlx::query!(
        "insert into operator_role (operator_id, role_id, realm_id) values ($1, $2, $3)
         on conflict do nothing",
        operator.0,
        role.0,
        realm.map(|realm| realm.0),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}

/// An audit row about an operator.
pub(crate) fn about(deed: Deed, operator: UserId, username: &str) -> Row {
    Row {
        realm: Some(RealmId::OPERATORS),
        user: Some(operator),
        username: Some(username.to_owned()),
        ..Row::new(deed, Outcome::Done)
    }
}

fn one_by_one(realms: &[RealmId]) -> Vec<Option<RealmId>> {
    match realms {
        [] => vec![None],
        realms => realms.iter().copied().map(Some).collect(),
    }
}

/// Without a remembered outcome: a secret is never given twice.
async fn begin<'a>(backend: &'a Backend, caller: &'a Caller, deed: Deed) -> Result<Change<'a>> {
    let permit = backend.may(caller, Privilege::OperatorsManage).await?;
    match Change::begin::<()>(backend, caller, permit, deed).await? {
        Begun::Fresh(change) => Ok(change),
        Begun::Repeat(()) => Err(Error::RequestReused),
    }
}
