//! Who has the role of an administrator: while there is nobody who is not disabled a link makes the first,
//! and the last who may sign in stays.

use crate::error::Result;
use domain::{BuiltInRole, UserId};
use sqlx::PgConnection;

/// Serialises whatever makes an administrator or takes one away.
const LOCK: i64 = 7_233_270_053;

/// Everybody with the role, as long as the transaction lasts: nobody comes or goes meanwhile.
pub(crate) struct Administrators(Vec<Administrator>);

struct Administrator {
    id: UserId,
    is_disabled: bool,
    /// Has chosen one; without it the invitation is still open, or over.
    has_password: bool,
}

impl Administrators {
    /// Reads them under their lock.
    pub(crate) async fn lock(tx: &mut PgConnection) -> Result<Self> {
        sqlx::query!("select pg_advisory_xact_lock($1)", LOCK)
            .execute(&mut *tx)
            .await?;
        let rows = sqlx::query!(
            r#"select distinct o.operator_id, a.disabled_at is not null as "is_disabled!",
                   p.password_hash is not null as "has_password!"
               from operator_role o
               join role r on r.id = o.role_id and r.key = $1
               join operator p on p.user_id = o.operator_id
               join user_auth a on a.user_id = o.operator_id"#,
            BuiltInRole::Administrator.key(),
        )
        .fetch_all(tx)
        .await?;
        let each = rows.into_iter().map(|row| Administrator {
            id: UserId(row.operator_id),
            is_disabled: row.is_disabled,
            has_password: row.has_password,
        });
        Ok(Self(each.collect()))
    }

    /// Whether there is anybody who is not disabled.
    pub(crate) fn exist(&self) -> bool {
        self.0.iter().any(|it| !it.is_disabled)
    }

    /// Whether somebody else may sign in, or `user` is none.
    pub(crate) fn can_spare(&self, user: UserId) -> bool {
        let is_one = self.0.iter().any(|it| it.id == user);
        let mut others = self.0.iter().filter(|it| it.id != user);
        !is_one || others.any(|it| !it.is_disabled && it.has_password)
    }
}
