//! Making a user: the row of names, the row of facts, and the contacts.

use crate::audit::Row;
use crate::auth::Caller;
use crate::change::{Begun, Change};
use crate::error::{Error, OnConstraint, Result};
use crate::fold::{username_key, words};
use crate::instant::column;
use crate::users::contacts;
use crate::{Backend, random};
use domain::audit::{Deed, Outcome};
use domain::{ContactKind, Name, Privilege, RealmId, UserId, Username};

/// A user to be.
#[derive(Clone, Debug)]
pub struct New {
    /// Where.
    pub realm: RealmId,
    /// Unique there.
    pub username: Username,
    /// May be empty.
    pub given_name: Name,
    /// May be empty.
    pub family_name: Name,
    /// May be empty.
    pub department: Name,
    /// The first of each kind is the preferred one.
    pub contacts: Vec<(ContactKind, Name)>,
}

/// Makes a user; `Taken("username")` when the realm has one of that name.
pub async fn create(backend: &Backend, caller: &Caller, new: &New) -> Result<UserId> {
    let permit = backend.may(caller, Privilege::UsersManage).await?;
    let mut change = match Change::begin(backend, caller, permit).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(id) => return Ok(id),
    };
    let id = insert(&mut change, new).await?;
    let row = Row {
        realm: Some(new.realm),
        user: Some(id),
        username: Some(new.username.as_str().to_owned()),
        ..Row::new(Deed::CreateUser, Outcome::Done)
    };
    change.commit(&row, id).await
}

/// The rows alone, for deeds that make a user among other things.
pub(crate) async fn insert(change: &mut Change<'_>, new: &New) -> Result<UserId> {
    if !change.permit.realms().contains(&new.realm.0) {
        return Err(Error::NotFound);
    }
    let now = change.caller.now;
    let id = random::id(now)?;
    sqlx::query!(
        "insert into user_auth (user_id, realm_id, username_key) values ($1, $2, $3)",
        id,
        new.realm.0,
        username_key(new.username.as_str()),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint(
        "user_auth_realm_id_username_key_key",
        Error::Taken("username"),
    )?;
    sqlx::query!(
        "insert into app_user (id, realm_id, username, given_name, family_name, department,
             sort_name, search, phones, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        id,
        new.realm.0,
        new.username.as_str(),
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.department.as_str(),
        sort_name(&new.given_name, &new.family_name, &new.username),
        search(new),
        phones(new),
        column(now),
    )
    .execute(&mut *change.tx)
    .await?;
    contacts::insert(change, UserId(id), &new.contacts).await?;
    Ok(UserId(id))
}

/// What lists are sorted by: folded names, or the username where there are none.
pub(super) fn sort_name(given_name: &Name, family_name: &Name, username: &Username) -> String {
    let name = format!("{} {}", family_name.as_str(), given_name.as_str());
    match name.trim() {
        "" => words(username.as_str()),
        name => words(name),
    }
}

fn search(new: &New) -> String {
    let names = [
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.username.as_str(),
    ];
    super::search::text(names, [])
}

fn phones(new: &New) -> String {
    let phones = new
        .contacts
        .iter()
        .filter(|(kind, _)| *kind == ContactKind::Phone);
    super::search::phones(phones.map(|(_, number)| number.as_str()))
}
