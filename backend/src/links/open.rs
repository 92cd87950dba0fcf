//! The first step of a link: a password is chosen, and a seed is made and shown, once.

use super::{Locked, Purpose, begin, locked, row};
use crate::Backend;
use crate::auth::Caller;
use crate::auth::password::Password;
use crate::change::Change;
use crate::error::{Error, Result, Taken};
use crate::fold::username_key;
use crate::operators::app;
use crate::otp;
use crate::seal::Place;
use crate::tokens::kind;
use domain::audit::{Deed, Outcome};
use domain::enrolment::Secret;
use domain::{Moves, Name, RealmId, Username};

/// What the first administrator chooses besides a password.
pub struct Chosen {
    /// For people.
    pub name: Name,
    /// For signing in.
    pub username: Username,
}

/// Lays down what was chosen and gives the seed; `chosen` is `None` at an operator's reset. Nothing but
/// the link's row changes. `Taken` when there is an operator of that name.
pub async fn open(
    backend: &Backend,
    caller: &Caller,
    (purpose, secret): (Purpose, &str),
    chosen: Option<&Chosen>,
    password: &Password,
) -> Result<Secret> {
    // the slow hash comes first, outside the transaction; only for a link that may be used
    super::look(backend, purpose, secret, caller.now).await?;
    let hash = password.hash().await?;
    let mut change = begin(backend, caller, Deed::StartEnrolment).await?;
    let mut found = locked(&mut change.tx, purpose, secret, caller.now).await?;
    if let Some(chosen) = chosen.filter(|_| purpose == Purpose::FirstAdministrator) {
        free(&mut change, &chosen.username).await?;
        found.link.username = Some(chosen.username.as_str().to_owned());
        found.link.name = Some(chosen.name.as_str().to_owned());
    }
    found.password_hash = Some(hash);
    new_seed(change, found).await
}

/// Makes a new seed in the second step; the old one is void. Wrong proofs stay counted.
pub async fn restart(
    backend: &Backend,
    caller: &Caller,
    purpose: Purpose,
    secret: &str,
) -> Result<Secret> {
    let mut change = begin(backend, caller, Deed::StartEnrolment).await?;
    let found = locked(&mut change.tx, purpose, secret, caller.now).await?;
    if !found.link.waits_for_app {
        return Err(Error::NotFound);
    }
    new_seed(change, found).await
}

async fn new_seed(mut change: Change<'_>, found: Locked) -> Result<Secret> {
    let Locked {
        link,
        password_hash,
        ..
    } = found;
    let username = link.username.ok_or(Error::NotFound)?;
    let app = app::token_type(&mut change.tx).await?;
    let seed = otp::new_seed(app.algorithm)?;
    sqlx::query!(
        "update one_time_link set name = $2, username = $3, password_hash = $4, seed_sealed = $5
         where id = $1",
        link.id.0,
        link.name,
        username,
        password_hash,
        change
            .backend
            .keys
            .seal(&seed, Place::LinkSeed(link.id.0))?,
    )
    .execute(&mut *change.tx)
    .await?;
    let whose = (RealmId::OPERATORS, username.as_str());
    let app = (&app, Moves::Clock);
    let shown = kind::app::secret(&mut change.tx, whose, app, &seed).await?;
    let row = crate::audit::Row {
        user: link.operator,
        username: Some(username),
        object: Some(link.id.0),
        ..row(Deed::StartEnrolment, Outcome::Done)
    };
    change.commit(&row, ()).await?;
    Ok(shown)
}

async fn free(change: &mut Change<'_>, username: &Username) -> Result<()> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from user_auth where realm_id = $1 and username_key = $2)
           as "taken!""#,
        RealmId::OPERATORS.0,
        username_key(username.as_str()),
    )
    .fetch_one(&mut *change.tx)
    .await?;
    if taken {
        Err(Error::Taken(Taken::Username))
    } else {
        Ok(())
    }
}
