//! Sessions are rows, so that ending one takes effect at once and on every server. The cookie holds 256
//! random bits, of which only a hash is stored. A *half* session follows a right password: it waits for
//! the code and opens nothing else.

use crate::Backend;
use crate::auth::{Actor, Caller, Grant};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use crate::random;
use domain::{BuiltInRole, Privilege, RealmId, SessionId, Timestamp, UserId};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// How long a right password waits for its code.
pub const HALF: Duration = Duration::from_secs(5 * 60);
/// How long a session lasts without a request.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// How long a session lasts at most.
pub const TOTAL: Duration = Duration::from_secs(12 * 60 * 60);
/// `last_seen_at` is written at most this often.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// A right password that waits for its code.
#[derive(Clone, Debug)]
pub struct Half {
    /// The session.
    pub id: SessionId,
    /// Whose password it was.
    pub operator: UserId,
    /// For the audit.
    pub name: String,
}

/// Begins a session and gives the cookie's secret, which is known from no other place.
pub async fn begin(
    tx: &mut PgConnection,
    caller: &Caller,
    operator: UserId,
    half: bool,
) -> Result<(SessionId, String)> {
    let (id, secret) = (random::id(caller.now)?, random::secret()?);
    let ends_at = caller.now.after(if half { HALF } else { TOTAL });
    sqlx::query!(
        "insert into session (id, secret_hash, operator_id, half, created_at, last_seen_at, ends_at,
             address, agent)
         values ($1, $2, $3, $4, $5, $5, $6, $7, nullif($8, ''))",
        id,
        random::hash(&secret),
        operator.0,
        half,
        column(caller.now),
        column(ends_at),
        caller.address.map(|address| address.to_string()),
        caller.agent.as_str(),
    )
    .execute(tx)
    .await?;
    Ok((SessionId(id), secret))
}

/// Who holds this cookie: an operator with a whole session that has not ended. Roles and the disabled
/// state are read anew each time.
pub async fn actor(backend: &Backend, cookie: &str, now: Timestamp) -> Result<Actor> {
    let (row, grants) = found(backend, cookie, false, now).await?;
    if instant(row.last_seen_at) <= now.before(SEEN_EVERY) {
        sqlx::query!(
            "update session set last_seen_at = $2 where id = $1 and last_seen_at < $2",
            row.id,
            column(now),
        )
        .execute(&backend.db)
        .await?;
    }
    Ok(Actor::Operator {
        id: UserId(row.operator_id),
        name: row.name,
        session: SessionId(row.id),
        grants,
    })
}

/// The half session of this cookie.
pub async fn half(backend: &Backend, cookie: &str, now: Timestamp) -> Result<Half> {
    let (row, _) = found(backend, cookie, true, now).await?;
    Ok(Half {
        id: SessionId(row.id),
        operator: UserId(row.operator_id),
        name: row.name,
    })
}

/// Locks the operator's row, so that sessions begin and end one after the other, and gives the hash of the
/// password that is set now. Taken after the user's row and before any session's.
pub async fn lock(tx: &mut PgConnection, operator: UserId) -> Result<Option<String>> {
    let hash = sqlx::query_scalar!(
        "select password_hash from operator where user_id = $1 for no key update",
        operator.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(hash.flatten())
}

/// Fails unless the session that asks still stands, under the operator's lock: a reset or another password
/// may have ended it since it was looked up.
pub async fn stands(tx: &mut PgConnection, operator: UserId, session: SessionId) -> Result<()> {
    lock(tx, operator).await?;
    let stands = sqlx::query_scalar!(
        r#"select exists (select from session where id = $1) as "stands!""#,
        session.0,
    )
    .fetch_one(tx)
    .await?;
    if stands {
        Ok(())
    } else {
        Err(Error::NotSignedIn)
    }
}

/// Ends an operator's sessions, half ones too, but for `keep`.
pub async fn end_all(
    tx: &mut PgConnection,
    operator: UserId,
    keep: Option<SessionId>,
) -> Result<u64> {
    lock(tx, operator).await?;
    let ended = sqlx::query!(
        "delete from session where operator_id = $1 and id is distinct from $2",
        operator.0,
        keep.map(|id| id.0),
    )
    .execute(tx)
    .await?;
    Ok(ended.rows_affected())
}

/// Ends all sessions of an operator whose factors have changed, in the transaction of what changed them.
/// Users of other realms have none.
pub async fn factor_changed(tx: &mut PgConnection, realm: RealmId, user: UserId) -> Result<()> {
    if realm == RealmId::OPERATORS {
        end_all(tx, user, None).await?;
    }
    Ok(())
}

/// As [`factor_changed`], for a factor that was added: whoever added an own one keeps the session that asks.
pub async fn factor_added(
    tx: &mut PgConnection,
    caller: &Caller,
    realm: RealmId,
    user: UserId,
) -> Result<()> {
    if let Actor::Operator { id, session, .. } = &caller.actor
        && *id == user
    {
        end_all(tx, user, Some(*session)).await?;
        return Ok(());
    }
    factor_changed(tx, realm, user).await
}

/// A session, once for each role of its operator.
struct Found {
    id: Uuid,
    operator_id: Uuid,
    last_seen_at: time::OffsetDateTime,
    name: String,
    role: Option<String>,
    key: Option<String>,
    privileges: Option<Vec<String>>,
    realms: Vec<Uuid>,
}

/// The session of this cookie, and what the operator's roles allow. A role for all realms never reaches the
/// realm `operators`. One statement, for every page begins with it.
async fn found(
    backend: &Backend,
    cookie: &str,
    half: bool,
    now: Timestamp,
) -> Result<(Found, Vec<Grant>)> {
    let mut rows = sqlx::query_as!(
        Found,
        r#"select s.id, s.operator_id, s.last_seen_at,
             coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username) as "name!",
             r.name as "role?", r.key as "key?", r.privileges as "privileges?", array(
               select m.id from realm m
               where case when o.realm_id is null then m.id <> $5 else m.id = o.realm_id end
             ) as "realms!"
         from session s
         join user_auth a on a.user_id = s.operator_id
         join app_user u on u.id = s.operator_id
         left join operator_role o on o.operator_id = s.operator_id
         left join role r on r.id = o.role_id
         where s.secret_hash = $1 and s.half = $2 and s.ends_at > $3 and s.last_seen_at > $4
           and a.disabled_at is null"#,
        random::hash(cookie),
        half,
        column(now),
        column(now.before(IDLE)),
        RealmId::OPERATORS.0,
    )
    .fetch_all(&backend.db)
    .await?;
    let grants = rows.iter_mut().filter_map(grant).collect();
    let row = rows.pop().ok_or(Error::NotSignedIn)?;
    Ok((row, grants))
}

/// What a role allows; `None` where the operator has none.
fn grant(row: &mut Found) -> Option<Grant> {
    let privileges = match &row.key {
        Some(key) => {
            let role = BuiltInRole::parse(key);
            let has = |privilege: &Privilege| role.is_some_and(|role| role.has(*privilege));
            Privilege::ALL.iter().copied().filter(has).collect()
        }
        // a word of a newer version allows nothing
        None => row
            .privileges
            .iter()
            .flatten()
            .filter_map(|word| Privilege::parse(word))
            .collect(),
    };
    Some(Grant {
        role: row.role.take()?,
        privileges,
        realms: row.realms.iter().copied().map(RealmId).collect(),
    })
}
