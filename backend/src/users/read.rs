//! Reads a user with contacts, masked for whoever may not see them.

use crate::Backend;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::instant::instant;
use domain::user::{mask_email, mask_phone};
use domain::{Contact, ContactId, ContactKind, Privilege, RealmId, Tries, User, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// One user.
pub async fn find(backend: &Backend, caller: &Caller, user: UserId) -> Result<User> {
    let permit = backend.may(caller, Privilege::UsersView).await?;
    let mut db = backend.db.acquire().await?;
    seen_by(&mut db, caller, user, permit.realms()).await
}

/// One user as the caller may see it, within these realms.
pub(crate) async fn seen_by(
    db: &mut PgConnection,
    caller: &Caller,
    user: UserId,
    realms: &[Uuid],
) -> Result<User> {
    let mut user = load(db, user, Some(realms), true).await?;
    if !caller.actor.holds(Privilege::ContactsView, user.realm) {
        for contact in &mut user.contacts {
            contact.value = match contact.kind {
                ContactKind::Phone => mask_phone(&contact.value),
                ContactKind::Email => mask_email(&contact.value),
            };
        }
    }
    Ok(user)
}

/// One user, with contacts in full if they are asked for; `realms` is `None` where the user's row is
/// locked already.
pub(crate) async fn load(
    db: &mut PgConnection,
    user: UserId,
    realms: Option<&[Uuid]>,
    contacts: bool,
) -> Result<User> {
    let row = sqlx::query!(
        r#"select u.realm_id, r.display_name, u.username, u.given_name, u.family_name, u.department,
             a.failures, a.retry_at, a.disabled_at
         from app_user u join user_auth a on a.user_id = u.id join realm r on r.id = u.realm_id
         where u.id = $1 and ($2::uuid[] is null or u.realm_id = any($2))"#,
        user.0,
        realms as Option<&[Uuid]>,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let contacts = if contacts {
        contacts_of(db, user).await?
    } else {
        Vec::new()
    };
    Ok(User {
        id: user,
        realm: RealmId(row.realm_id),
        realm_name: row.display_name,
        username: row.username,
        given_name: row.given_name,
        family_name: row.family_name,
        department: row.department,
        contacts,
        tries: Tries {
            failures: u32::try_from(row.failures).map_err(|_| Error::Stored("failures"))?,
            retry_at: row.retry_at.map(instant),
        },
        disabled_at: row.disabled_at.map(instant),
    })
}

async fn contacts_of(db: &mut PgConnection, user: UserId) -> Result<Vec<Contact>> {
    let rows = sqlx::query!(
        "select id, kind, value, label, preferred from contact where user_id = $1
         order by kind desc, preferred desc, value",
        user.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Contact {
                id: ContactId(row.id),
                kind: match row.kind.as_str() {
                    "phone" => ContactKind::Phone,
                    "email" => ContactKind::Email,
                    _ => return Err(Error::Stored("contact.kind")),
                },
                value: row.value,
                label: row.label,
                preferred: row.preferred,
            })
        })
        .collect()
}
