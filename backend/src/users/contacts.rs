//! A user's phone numbers and addresses: rows of their own, the first of each kind preferred.

use crate::change::Change;
use crate::error::{Error, OnConstraint, Result, Taken};
use crate::random;
use domain::{Contact, ContactKind, Name, UserId, contact};
use uuid::Uuid;

/// Writes them all anew, in this order.
pub(super) async fn insert(
    change: &mut Change<'_>,
    user: UserId,
    contacts: &[(ContactKind, Name)],
) -> Result<()> {
    replace(change, user, &[], contacts).await
}

/// Puts `contacts` in the place of what the user has. Who stays keeps id and label.
pub(super) async fn replace(
    change: &mut Change<'_>,
    user: UserId,
    before: &[Contact],
    contacts: &[(ContactKind, Name)],
) -> Result<()> {
    sqlx::query!("delete from contact where user_id = $1", user.0)
        .execute(&mut *change.tx)
        .await?;
    let mut kinds = Vec::new();
    for (kind, value) in contacts {
        let key = contact::compared(*kind, value.as_str());
        let is_it = |it: &&Contact| it.kind == *kind && contact::compared(*kind, &it.value) == key;
        let stays = before.iter().find(is_it);
        let (id, label): (Uuid, &str) = match stays {
            Some(stays) => (stays.id.0, &stays.label),
            None => (random::id(change.caller.now)?, ""),
        };
        sqlx::query!(
            "insert into contact (id, user_id, kind, value, label, preferred)
             values ($1, $2, $3, $4, $5, $6)",
            id,
            user.0,
            kind.as_str(),
            value.as_str(),
            label,
            !kinds.contains(kind),
        )
        .execute(&mut *change.tx)
        .await
        .on_constraint(
            "contact_user_id_kind_value_key",
            Error::Taken(Taken::Contact),
        )?;
        kinds.push(*kind);
    }
    Ok(())
}
