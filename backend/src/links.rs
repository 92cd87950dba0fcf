//! One-time links: the first administrator's, and that of an operator who has no password or app (any
//! more). A link is spent when password *and* app are proven; until then nothing but its own row changes.

mod open;
mod prove;

pub use open::{Chosen, open, restart};
pub use prove::{Proven, prove};

use crate::audit::Row;
use crate::auth::{Caller, Permit};
use crate::change::{Begun, Change};
use crate::error::{Error, Result};
use crate::instant::{column, instant};
use crate::operators::administrators::Administrators;
use crate::{Backend, random};
use domain::audit::{Deed, Outcome};
use domain::{Limit, LinkId, RealmId, Timestamp, Tries, TryState, UserId};
use sqlx::PgConnection;
use std::time::Duration;

/// How long a link may be used.
pub const LASTS: Duration = Duration::from_secs(60 * 60);

/// What a link is for. A link of one purpose opens nothing of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first administrator.
    FirstAdministrator,
    /// Gives an operator a new password and app.
    OperatorReset,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::FirstAdministrator => "first_admin",
            Self::OperatorReset => "operator_reset",
        }
    }
}

/// A link that may still be used.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The operator of a reset.
    pub operator: Option<UserId>,
    /// As chosen in the first step, or the operator's own.
    pub username: Option<String>,
    /// As chosen in the first step.
    pub name: Option<String>,
    /// Whether the password was chosen, so that the app is next.
    pub waits_for_app: bool,
    /// Wrong proofs.
    pub tries: Tries,
}

/// The state of a link, for its page; `NotFound` for one that is spent, over, void or unknown, and for that
/// of a disabled operator.
pub async fn look(
    backend: &Backend,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Link> {
    let mut tx = backend.db.begin().await?;
    Ok(locked(&mut tx, purpose, secret, now).await?.link)
}

/// Makes the first administrator's link anew, and voids earlier ones; `None` when there is an
/// administrator.
pub async fn make_first(backend: &Backend, caller: &Caller) -> Result<Option<String>> {
    let mut change = begin(backend, caller, Deed::MakeLink).await?;
    if Administrators::lock(&mut change.tx).await?.exist() {
        return Ok(None);
    }
    sqlx::query!(
        "update one_time_link set ends_at = $1
         where purpose = 'first_admin' and spent_at is null and ends_at > $1",
        column(caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    let (id, secret) = insert(&mut change, Purpose::FirstAdministrator, None).await?;
    let row = Row {
        object: Some(id.0),
        ..row(Deed::MakeLink, Outcome::Done)
    };
    change.commit(&row, ()).await?;
    Ok(Some(secret))
}

/// Makes a link for an operator, and voids the operator's earlier ones. The caller commits.
pub(crate) async fn make_reset(change: &mut Change<'_>, operator: UserId) -> Result<String> {
    sqlx::query!(
        "update one_time_link set ends_at = $2
         where operator_id = $1 and spent_at is null and ends_at > $2",
        operator.0,
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    let (_, secret) = insert(change, Purpose::OperatorReset, Some(operator)).await?;
    Ok(secret)
}

async fn insert(
    change: &mut Change<'_>,
    purpose: Purpose,
    operator: Option<UserId>,
) -> Result<(LinkId, String)> {
    let now = change.caller.now;
    let (id, secret) = (random::id(now)?, random::secret()?);
    sqlx::query!(
        "insert into one_time_link (id, secret_hash, purpose, operator_id, made_at, ends_at)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        random::hash(&secret),
        purpose.as_str(),
        operator.map(|operator| operator.0),
        column(now),
        column(now.after(LASTS)),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok((LinkId(id), secret))
}

/// A link whose row is locked, with what was laid down in the first step.
struct Locked {
    link: Link,
    password_hash: Option<String>,
    seed_sealed: Option<Vec<u8>>,
}

async fn locked(
    tx: &mut PgConnection,
    purpose: Purpose,
    secret: &str,
    now: Timestamp,
) -> Result<Locked> {
    let row = sqlx::query!(
        r#"select l.id, l.operator_id, coalesce(u.username, l.username) as username, l.name,
               l.password_hash, l.seed_sealed, l.failures, l.retry_at
           from one_time_link l left join app_user u on u.id = l.operator_id
           left join user_auth a on a.user_id = l.operator_id
           where l.secret_hash = $1 and l.purpose = $2 and l.spent_at is null and l.ends_at > $3
             and a.disabled_at is null
           for update of l"#,
        random::hash(secret),
        purpose.as_str(),
        column(now),
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)?;
    let tries = Tries {
        failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
        retry_at: row.retry_at.map(instant),
    };
    if tries.state(Limit::TOKEN, now) == TryState::Locked {
        return Err(Error::NotFound);
    }
    Ok(Locked {
        link: Link {
            id: LinkId(row.id),
            operator: row.operator_id.map(UserId),
            username: row.username,
            name: row.name,
            waits_for_app: row.seed_sealed.is_some(),
            tries,
        },
        password_hash: row.password_hash,
        seed_sealed: row.seed_sealed,
    })
}

fn row(deed: Deed, outcome: Outcome) -> Row {
    Row {
        realm: Some(RealmId::OPERATORS),
        object_kind: Some("link"),
        ..Row::new(deed, outcome)
    }
}

/// Whoever holds a link is nobody yet; there is no request to remember.
async fn begin<'a>(backend: &'a Backend, caller: &'a Caller, deed: Deed) -> Result<Change<'a>> {
    match Change::begin::<()>(backend, caller, Permit::own_account(), deed).await? {
        Begun::Fresh(change) => Ok(change),
        Begun::Repeat(()) => Err(Error::RequestReused),
    }
}
