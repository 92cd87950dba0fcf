//! What the account page shows.

use super::proof::own;
use crate::Backend;
use crate::auth::{Actor, Caller};
use crate::error::Result;
use crate::instant::{column, instant};
use crate::sessions::IDLE;
use crate::{token_types, tokens, users};
use domain::account::{Account, OwnSession};
use domain::{SessionId, UserId};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// The caller's own account.
pub async fn look(backend: &Backend, caller: &Caller) -> Result<Account> {
    let (operator, session) = own(caller)?;
    let mut db = backend.db.acquire().await?;
    let user = users::read::load(&mut db, operator, None, false).await?;
    let mut tokens = tokens::row::of_user(&mut db, operator).await?;
    let types = token_types::all(&mut db).await?.into_iter();
    let types = types.filter(|it| {
        let count = token_types::count(&tokens, it);
        it.enrollable && it.enrol_blocked(count, caller.now).is_none()
    });
    let types = types.collect();
    domain::token::sort(&mut tokens, caller.now);
    let password_changed_at = sqlx::query_scalar!(
        "select password_changed_at from operator where user_id = $1",
        operator.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(Account {
        user,
        password_changed_at: password_changed_at.flatten().map(instant),
        types,
        tokens,
        enrolment: tokens::row::waiting(&mut db, operator, caller.now)
            .await?
            .pop(),
        sessions: sessions(&mut db, caller, operator, session).await?,
    })
}

/// Whole sessions that have not ended, this one first.
async fn sessions(
    db: &mut PgConnection,
    caller: &Caller,
    operator: UserId,
    this: SessionId,
) -> Result<Vec<OwnSession>> {
    let rows = sqlx::query!(
        "select id, created_at, last_seen_at, ends_at, address, agent from session
         where operator_id = $1 and not half and ends_at > $2 and last_seen_at > $3
         order by id <> $4, last_seen_at desc, id",
        operator.0,
        column(caller.now),
        column(caller.now.before(IDLE)),
        this.0,
    )
    .fetch_all(db)
    .await?;
    let sessions = rows.into_iter().map(|row| OwnSession {
        id: SessionId(row.id),
        is_this: row.id == this.0,
        started_at: instant(row.created_at),
        seen_at: instant(row.last_seen_at),
        ends_at: instant(row.ends_at),
        address: row.address.unwrap_or_default(),
        agent: row.agent.unwrap_or_default(),
    });
    Ok(sessions.collect())
}

/// The names of the caller's roles, in order, for the caller's own eyes.
pub fn roles(caller: &Caller) -> Vec<String> {
    let Actor::Operator { grants, .. } = &caller.actor else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = grants.iter().map(|grant| &grant.role).collect();
    names.into_iter().cloned().collect()
}
