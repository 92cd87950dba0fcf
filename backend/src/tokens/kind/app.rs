//! Authenticator apps: a seed is made, and reaches the device as a picture or as text.

use super::Laid;
use crate::change::{Change, LockedUser};
use crate::error::Result;
use crate::otp;
use crate::seal::{Place, Seed};
use domain::enrolment::Secret;
use domain::token_type::TokenType;
use domain::{EnrolmentId, Moves, RealmId};
use sqlx::PgConnection;

pub(super) async fn enrol(
    change: &mut Change<'_>,
    user: &LockedUser,
    (token_type, moves): (&TokenType, Moves),
    id: EnrolmentId,
) -> Result<Laid> {
    let seed = otp::new_seed(token_type.algorithm)?;
    let place = Place::EnrolmentSeed(id.0);
    let whose = (user.realm, user.username.as_str());
    Ok(Laid {
        seed_sealed: change.backend.keys.seal(&seed, place)?,
        secret: Some(secret(&mut change.tx, whose, (token_type, moves), &seed).await?),
    })
}

/// What the device needs, for the one answer that holds it.
pub(crate) async fn secret(
    tx: &mut PgConnection,
    (realm, username): (RealmId, &str),
    (token_type, moves): (&TokenType, Moves),
    seed: &Seed,
) -> Result<Secret> {
    let issuer = sqlx::query_scalar!("select display_name from realm where id = $1", realm.0)
        .fetch_one(tx)
        .await?;
    let rules = (token_type.algorithm, token_type.digits, token_type.period);
    let uri = otp::uri(&issuer, username, moves, seed, rules);
    Ok(Secret {
        // a URI of a name of 80 and a username of 64 characters always fits
        qr_svg: otp::qr_svg(&uri).unwrap_or_default(),
        text: otp::spaced(seed),
        uri,
    })
}
