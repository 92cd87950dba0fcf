//! Changing a user's names and contacts.

use super::changes::changes;
use super::{contacts, create, read};
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, OnConstraint, Result, Taken};
use crate::fold::username_key;
use crate::instant::column;
use crate::{Backend, users};
use domain::audit::Deed;
use domain::{ContactKind, Name, Privilege, UserId, Username};

/// What a user is to become.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Of the row that was edited; another one is [`Error::Changed`].
    pub version: i64,
    /// Unique in the realm.
    pub username: Username,
    /// May be empty.
    pub given_name: Name,
    /// May be empty.
    pub family_name: Name,
    /// May be empty.
    pub department: Name,
    /// All of them, the first of each kind preferred. They stay as they are where the caller may not see
    /// them in full.
    pub contacts: Vec<(ContactKind, Name)>,
}

/// Changes a user; `Taken` when the realm has another one of that name.
pub async fn edit(backend: &Backend, caller: &Caller, user: UserId, asked: &Edit) -> Result<()> {
    let permit = backend
        .may_for(caller, Privilege::UsersManage, user)
        .await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::EditUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(()) => return Ok(()),
    };
    let decided = decide(&mut change, user, asked).await;
    change.settle(decided).await
}

async fn decide(change: &mut Change<'_>, user: UserId, asked: &Edit) -> Result<Decided<()>> {
    let locked = change.lock_user(user).await?;
    let before = read::load(&mut change.tx, user, None, true).await?;
    write(change, user, asked).await?;
    let actor = &change.caller.actor;
    let sees_contacts = actor.holds(Privilege::ContactsView, locked.realm);
    if sees_contacts {
        contacts::replace(change, user, &before.contacts, &asked.contacts).await?;
    }
    users::refresh(&mut change.tx, user, change.caller.now).await?;
    change.about.username = Some(asked.username.as_str().to_owned());
    let names = [
        asked.username.as_str(),
        asked.given_name.as_str(),
        asked.family_name.as_str(),
        asked.department.as_str(),
    ];
    let contacts = sees_contacts.then_some(asked.contacts.as_slice());
    let keys = &change.backend.keys;
    change.about.changes = Some(changes(keys, Some(&before), names, contacts));
    Ok(Decided::Done(()))
}

async fn write(change: &mut Change<'_>, user: UserId, asked: &Edit) -> Result<()> {
    let written = sqlx::query!(
        "update app_user set username = $3, given_name = $4, family_name = $5, department = $6,
             sort_name = $7, updated_at = $8, version = version + 1
         where id = $1 and version = $2",
        user.0,
        asked.version,
        asked.username.as_str(),
        asked.given_name.as_str(),
        asked.family_name.as_str(),
        asked.department.as_str(),
        create::sort_name(&asked.given_name, &asked.family_name, &asked.username),
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(Error::Changed);
    }
    sqlx::query!(
        "update user_auth set username_key = $2 where user_id = $1 and username_key <> $2",
        user.0,
        username_key(asked.username.as_str()),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint(
        "user_auth_realm_id_username_key_key",
        Error::Taken(Taken::Username),
    )?;
    Ok(())
}
