//! Making a user: the row of names, the row of facts, and the contacts.

use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, OnConstraint, Result, Taken};
use crate::fold::{username_key, words};
use crate::instant::column;
use crate::users::changes::changes;
use crate::users::contacts;
use crate::{Backend, random};
use domain::audit::Deed;
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

/// Makes a user; `Taken` when the realm has one of that name.
pub async fn create(backend: &Backend, caller: &Caller, new: &New) -> Result<UserId> {
    let permit = backend.may(caller, Privilege::UsersManage).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::CreateUser).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(id) => return Ok(id),
    };
    let decided = decide(&mut change, new).await;
    change.settle(decided).await
}

async fn decide(change: &mut Change<'_>, new: &New) -> Result<Decided<UserId>> {
    change.about.realm = Some(new.realm);
    change.about.username = Some(new.username.as_str().to_owned());
    let id = insert(change, new).await?;
    change.about.user = Some(id);
    let names = [
        new.username.as_str(),
        new.given_name.as_str(),
        new.family_name.as_str(),
        new.department.as_str(),
    ];
    let keys = &change.backend.keys;
    change.about.changes = Some(changes(keys, None, names, Some(&new.contacts)));
    Ok(Decided::Done(id))
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
        Error::Taken(Taken::Username),
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
    sqlx::query!(
        "insert into last_use (user_id, at) values ($1, '-infinity')",
        id
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
