//! Rows of tokens and enrolments as `domain` knows them. Seeds are never among the columns.

use crate::error::{Error, Result};
use crate::instant::{column, instant};
use crate::token_types;
use domain::enrolment::{Enrolment, Replaced};
use domain::token::Disabled;
use domain::{
    EnrolmentId, Limit, Serial, Timestamp, Token, TokenId, Tries, TryState, UserId, token,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A user's tokens, in no order. The caller has made sure that the user may be looked at.
pub(crate) async fn of_user(db: &mut PgConnection, user: UserId) -> Result<Vec<Token>> {
    let rows = of_users(db, &[user.0]).await?;
    Ok(rows.into_iter().map(|(_, token)| token).collect())
}

/// The tokens of several users, each with its user, in no order.
pub(crate) async fn of_users(
    db: &mut PgConnection,
    users: &[Uuid],
) -> Result<Vec<(UserId, Token)>> {
    let rows = sqlx::query!(
        r#"select t.id, t.user_id as "user_id!", t.serial, t.description, t.disabled_by, t.disabled_reason, t.version,
             t.created_at, t.created_by, t.updated_at, a.type_id, a.counter, a.drift, a.failures,
             a.retry_at, a.last_used_at, a.disabled_at, a.disabled_until, a.expires_at
         from token t join token_auth a on a.token_id = t.id where t.user_id = any($1)"#,
        users,
    )
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let types = token_types::all(db).await?;
    let token_type = |id| types.iter().find(|it| it.id.0 == id).cloned();
    rows.into_iter()
        .filter_map(|row| Some((token_type(row.type_id)?, row)))
        .map(|(token_type, row)| {
            let (by, reason) = (row.disabled_by, row.disabled_reason);
            let token = Token {
                id: TokenId(row.id),
                serial: serial(&row.serial)?,
                token_type,
                description: row.description,
                tries: tries(row.failures, row.retry_at)?,
                disabled: row.disabled_at.map(|at| Disabled {
                    at: instant(at),
                    until: row.disabled_until.map(instant),
                    by: by.unwrap_or_default(),
                    reason: reason.unwrap_or_default(),
                }),
                expires_at: row.expires_at.map(instant),
                last_used_at: row.last_used_at.map(instant),
                updated_at: instant(row.updated_at),
                created_at: instant(row.created_at),
                created_by: row.created_by,
                counter: u64::try_from(row.counter).map_err(|_| Error::Stored("counter"))?,
                drift: row.drift,
                version: row.version,
            };
            Ok((UserId(row.user_id), token))
        })
        .collect()
}

/// A user's enrolments that still wait for their proof, oldest first.
pub(crate) async fn waiting(
    db: &mut PgConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Enrolment>> {
    let rows = sqlx::query!(
        r#"select e.id, e.serial, t.slug, n.name, e.description, e.started_at, e.started_by,
             e.ends_at, e.failures, e.retry_at, o.id as "old_id?", o.serial as "old_serial?",
             o.description as "old_description?", m.name as "old_type?"
         from enrolment e join token_type t on t.id = e.type_id
         join token_type_name n on n.type_id = t.id and n.language = 'en'
         left join token o on o.id = e.replaces
         left join token_auth a on a.token_id = o.id
         left join token_type_name m on m.type_id = a.type_id and m.language = 'en'
         where e.user_id = $1 and e.ends_at > $2
         order by e.started_at, e.id"#,
        user.0,
        column(now),
    )
    .fetch_all(db)
    .await?;
    let mut enrolments = Vec::with_capacity(rows.len());
    for row in rows {
        let tries = tries(row.failures, row.retry_at)?;
        // where a token would be locked, an enrolment is void
        if tries.state(Limit::TOKEN, now) == TryState::Locked {
            continue;
        }
        let old = row.old_id.zip(row.old_serial);
        let replaces = old.map(|(id, old)| {
            let (name, words) = (row.old_type, row.old_description);
            Ok::<_, Error>(Replaced {
                id: TokenId(id),
                serial: serial(&old)?,
                name: token::name(&name.unwrap_or_default(), &words.unwrap_or_default()),
            })
        });
        enrolments.push(Enrolment {
            id: EnrolmentId(row.id),
            serial: serial(&row.serial)?,
            type_slug: row.slug,
            type_name: row.name,
            description: row.description,
            started_at: instant(row.started_at),
            started_by: row.started_by,
            ends_at: instant(row.ends_at),
            tries,
            replaces: replaces.transpose()?,
        });
    }
    Ok(enrolments)
}

fn serial(text: &str) -> Result<Serial> {
    Serial::parse(text).map_err(|_| Error::Stored("serial"))
}

fn tries(failures: i32, retry_at: Option<time::OffsetDateTime>) -> Result<Tries> {
    Ok(Tries {
        failures: u32::try_from(failures).map_err(|_| Error::Stored("failures"))?,
        retry_at: retry_at.map(instant),
    })
}
