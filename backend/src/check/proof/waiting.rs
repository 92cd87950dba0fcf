//! An enrolment that waits for its proof.

use crate::Backend;
use crate::audit::Row;
use crate::error::{Error, Result};
use crate::instant::instant;
use crate::seal::{Place, SealError, Seed};
use domain::audit::{Deed, Outcome};
use domain::check::Purpose;
use domain::token_type::EnrolBlocked;
use domain::{
    Algorithm, Digits, EnrolmentId, Kind, Moves, RealmId, Timestamp, TokenId, Tries, UserId,
};
use sqlx::PgConnection;

/// An enrolment and its type, locked with its user.
pub struct Waiting {
    /// Which.
    pub id: EnrolmentId,
    /// Where.
    pub realm: RealmId,
    /// Whose.
    pub user: UserId,
    /// As written.
    pub username: String,
    /// Of what type.
    pub type_id: uuid::Uuid,
    /// What the token will be called.
    pub serial: String,
    /// What the operator noted.
    pub description: String,
    /// How it works.
    pub kind: Kind,
    /// What moves its codes on.
    pub moves: Moves,
    /// The hash behind its codes.
    pub algorithm: Algorithm,
    /// Length of its codes.
    pub digits: Digits,
    /// Seconds of a step.
    pub period: u16,
    /// What the device was given, unless it does not open.
    pub seed: std::result::Result<Seed, SealError>,
    /// Wrong proofs in a row.
    pub tries: Tries,
    /// It is void from this instant.
    pub ends_at: Timestamp,
    /// The token that goes when this one is proven.
    pub replaces: Option<TokenId>,
    /// How long the token will verify; `None` for ever.
    pub validity_days: Option<u32>,
}

/// Reads the enrolment under the user's lock, and whether its type may still be enrolled.
pub async fn read(
    tx: &mut PgConnection,
    backend: &Backend,
    (user, enrolment): (UserId, EnrolmentId),
    now: Timestamp,
) -> Result<Waiting> {
    let row = sqlx::query!(
        r#"select e.realm_id, u.username, e.type_id, e.serial, e.description, y.kind, e.algorithm,
               e.digits, e.period, e.seed_sealed, e.failures, e.retry_at, e.ends_at,
               y.validity_days, y.maximum, y.obsolete_since, f.name as "follows?", e.replaces,
               o.obsolete_since as "replaced_since?",
               (select count(*) from token_auth t
                where t.user_id = e.user_id and t.type_id = e.type_id) as "count!"
           from enrolment e
           join app_user u on u.id = e.user_id
           join token_type y on y.id = e.type_id
           left join token_auth a on a.token_id = e.replaces
           left join token_type o on o.id = a.type_id
           left join token_type_name f on f.type_id = y.follows and f.language = 'en'
           where e.id = $1 and e.user_id = $2
           for update of e"#,
        enrolment.0,
        user.0,
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row
        .obsolete_since
        .is_some_and(|since| instant(since) <= now)
    {
        let followed_by = row.follows;
        return Err(Error::EnrolBlocked(EnrolBlocked::Obsolete { followed_by }));
    }
    // what became active again is not deleted behind anybody's back
    let is_obsolete = row
        .replaced_since
        .is_some_and(|since| instant(since) <= now);
    if row.replaces.is_some() && !is_obsolete {
        return Err(Error::NotObsolete);
    }
    let count = u32::try_from(row.count).map_err(|_| Error::Stored("count"))?;
    let maximum = row.maximum.and_then(|maximum| u16::try_from(maximum).ok());
    if let Some(maximum) = maximum.filter(|maximum| count >= u32::from(*maximum)) {
        return Err(Error::EnrolBlocked(EnrolBlocked::Maximum {
            count,
            maximum,
        }));
    }
    let stored = Error::Stored;
    let kind = Kind::parse(&row.kind).ok_or(stored("kind"))?;
    Ok(Waiting {
        id: enrolment,
        realm: RealmId(row.realm_id),
        user,
        username: row.username,
        type_id: row.type_id,
        serial: row.serial,
        description: row.description,
        kind,
        moves: kind.moves().ok_or(stored("kind"))?,
        algorithm: Algorithm::parse(&row.algorithm).ok_or(stored("algorithm"))?,
        digits: Digits::from_number(row.digits).ok_or(stored("digits"))?,
        period: u16::try_from(row.period).map_err(|_| stored("period"))?,
        seed: backend
            .keys
            .unseal(&row.seed_sealed, Place::EnrolmentSeed(enrolment.0)),
        tries: Tries {
            failures: u32::try_from(row.failures).map_err(|_| stored("failures"))?,
            retry_at: row.retry_at.map(instant),
        },
        ends_at: instant(row.ends_at),
        replaces: row.replaces.map(TokenId),
        validity_days: row.validity_days.and_then(|days| u32::try_from(days).ok()),
    })
}

/// An audit row about it.
pub fn row(waiting: &Waiting, deed: Deed, outcome: Outcome) -> Row {
    Row {
        realm: Some(waiting.realm),
        purpose: (deed == Deed::EnrolToken).then_some(Purpose::Proof),
        user: Some(waiting.user),
        username: Some(waiting.username.clone()),
        serial: Some(waiting.serial.clone()),
        object_kind: Some("enrolment"),
        object: Some(waiting.id.0),
        ..Row::new(deed, outcome)
    }
}
