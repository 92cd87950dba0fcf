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
    let row = find(backend, cookie, false, now).await?;
    if instant(row.last_seen_at) <= now.before(SEEN_EVERY) {
        sqlx::query!(
            "update session set last_seen_at = $2 where id = $1 and last_seen_at < $2",
            row.id,
            column(now),
        )
        .execute(&backend.db)
        .await?;
    }
    let id = UserId(row.operator_id);
    Ok(Actor::Operator {
        id,
        name: row.name,
        session: SessionId(row.id),
        grants: grants(backend, id).await?,
    })
}

/// The half session of this cookie.
pub async fn half(backend: &Backend, cookie: &str, now: Timestamp) -> Result<Half> {
    let row = find(backend, cookie, true, now).await?;
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

struct Found {
    id: uuid::Uuid,
    operator_id: uuid::Uuid,
    last_seen_at: time::OffsetDateTime,
    name: String,
}

async fn find(backend: &Backend, cookie: &str, half: bool, now: Timestamp) -> Result<Found> {
    sqlx::query_as!(
        Found,
        r#"select s.id, s.operator_id, s.last_seen_at,
             coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username) as "name!"
         from session s
         join user_auth a on a.user_id = s.operator_id
         join app_user u on u.id = s.operator_id
         where s.secret_hash = $1 and s.half = $2 and s.ends_at > $3 and s.last_seen_at > $4
           and a.disabled_at is null"#,
        random::hash(cookie),
        half,
        column(now),
        column(now.before(IDLE)),
    )
    .fetch_optional(&backend.db)
    .await?
    .ok_or(Error::NotSignedIn)
}

/// What the operator's roles allow. A role for all realms never reaches the realm `operators`.
async fn grants(backend: &Backend, operator: UserId) -> Result<Vec<Grant>> {
    let rows = sqlx::query!(
        r#"select r.key, r.privileges, array(
               select m.id from realm m
               where case when o.realm_id is null then m.id <> $2 else m.id = o.realm_id end
           ) as "realms!"
           from operator_role o join role r on r.id = o.role_id
           where o.operator_id = $1"#,
        operator.0,
        RealmId::OPERATORS.0,
    )
    .fetch_all(&backend.db)
    .await?;
    let grant = |key: Option<String>, words: Vec<String>, realms: Vec<uuid::Uuid>| Grant {
        privileges: match key {
            Some(key) => {
                let role = BuiltInRole::parse(&key);
                let has = |privilege: &Privilege| role.is_some_and(|role| role.has(*privilege));
                Privilege::ALL.iter().copied().filter(has).collect()
            }
            // a word of a newer version allows nothing
            None => words
                .iter()
                .filter_map(|word| Privilege::parse(word))
                .collect(),
        },
        realms: realms.into_iter().map(RealmId).collect(),
    };
    Ok(rows
        .into_iter()
        .map(|row| grant(row.key, row.privileges, row.realms))
        .collect())
}
