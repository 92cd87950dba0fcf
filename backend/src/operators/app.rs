//! The authenticator app that an operator enrols through a one-time link, of the built-in type of apps.

use crate::change::Change;
use crate::error::{Error, Result};
use crate::otp::totp::Clock;
use crate::seal::Seed;
use crate::token_types;
use crate::tokens::make::{NewToken, give_serial, make};
use domain::token_type::TokenType;
use domain::{RealmId, Serial, UserId};
use sqlx::PgConnection;

/// The built-in type, as the migrations make it.
pub async fn token_type(tx: &mut PgConnection) -> Result<TokenType> {
    let types = token_types::all(tx).await?;
    let app = types.into_iter().find(|it| it.slug == "authenticator-app");
    app.ok_or(Error::Stored("token_type.slug"))
}

/// Makes the token of a proven seed; the step of its proof is spent.
pub async fn insert(
    change: &mut Change<'_>,
    (operator, username): (UserId, &str),
    app: &TokenType,
    seed: &Seed,
    (clock, step): (Clock, u64),
) -> Result<Serial> {
    let serial = give_serial(&mut change.tx, app.kind).await?;
    let new = NewToken {
        realm: RealmId::OPERATORS,
        user: operator,
        token_type: app.id,
        kind: app.kind,
        algorithm: app.algorithm,
        digits: app.digits,
        period: app.period,
        serial: serial.as_str(),
        description: "",
        seed,
        counter: step + 1,
        drift: clock.drift,
        expires_at: None,
        created_at: change.caller.now,
        created_by: username,
    };
    make(&mut change.tx, &change.backend.keys, new).await?;
    Ok(serial)
}
