//! Changing what an operator calls a token. Two who do it at once are told of each other.

use super::{Held, history};
use crate::Backend;
use crate::auth::Caller;
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::instant::column;
use domain::audit::Deed;
use domain::token_type::DescriptionRule;
use domain::{Action, Description, Privilege, Serial, Timestamp, UserId, token};
use serde::{Deserialize, Serialize};

/// What an operator asks for.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What the device is called from now on.
    pub description: Description,
    /// The token's version that the operator saw.
    pub version: i64,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edited {
    /// It was saved.
    Saved {
        /// The token's name now.
        name: String,
    },
    /// What was asked for stood there already; nothing was written.
    Unchanged {
        /// The token's name.
        name: String,
    },
    /// Another version stands there than the operator saw; nothing was written.
    Changed(Theirs),
}

/// What somebody else made of the token meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// What the device is called now.
    pub description: String,
    /// What to send to save over it knowingly.
    pub version: i64,
    /// Who changed the token last, where that is known.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Saves the description, if the token is the one that the operator saw. `DescriptionMissing` where the
/// type asks for one.
pub async fn edit(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    serial: &Serial,
    asked: &Edit,
) -> Result<Edited> {
    let permit = backend.may_for(caller, Privilege::TokensEdit, user).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::EditToken).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = decide(&mut change, user, serial, asked).await;
    change.settle(decided).await
}

async fn decide(
    change: &mut Change<'_>,
    user: UserId,
    serial: &Serial,
    asked: &Edit,
) -> Result<Decided<Edited>> {
    let held = Held::lock(change, user, serial).await?;
    held.offered(Action::Edit, change.caller.now)?;
    let (token, description) = (&held.token, asked.description.as_str());
    if token.token_type.description == DescriptionRule::Required && description.is_empty() {
        return Err(Error::DescriptionMissing);
    }
    if token.description == description {
        let name = token.name();
        return Ok(Decided::Nothing(Edited::Unchanged { name }));
    }
    if token.version != asked.version {
        return Ok(Decided::Nothing(theirs(change, &held).await?));
    }
    write(change, &held, description).await?;
    let name = token::name(&token.token_type.name, description);
    change.about.object_name = Some(name.clone());
    let changes = serde_json::json!({ "description": [token.description, description] });
    change.about.changes = Some(changes);
    Ok(Decided::Done(Edited::Saved { name }))
}

async fn theirs(change: &mut Change<'_>, held: &Held) -> Result<Edited> {
    let last = history::last_change(&mut change.tx, held.token.id).await?;
    let (by, at) = last.unzip();
    Ok(Edited::Changed(Theirs {
        description: held.token.description.clone(),
        version: held.token.version,
        by,
        at: at.unwrap_or(held.token.updated_at),
    }))
}

async fn write(change: &mut Change<'_>, held: &Held, description: &str) -> Result<()> {
    sqlx::query!(
        "update token set description = $2, updated_at = $3, version = version + 1 where id = $1",
        held.token.id.0,
        description,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}
