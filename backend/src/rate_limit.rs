//! How often something may be asked: counted in windows, by all servers together.

use crate::Backend;
use crate::error::{Error, Result};
use crate::instant::column;
use domain::Timestamp;

/// So many times per so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Its word in the database.
    pub what: &'static str,
    /// Times per window.
    pub times: i32,
    /// Length of a window.
    pub seconds: i64,
}

/// Passwords tried from one address.
pub const SIGN_IN: Rate = Rate {
    what: "sign_in",
    times: 30,
    seconds: 60,
};

/// Counts one more, or says in how many seconds the next window begins.
pub async fn count(backend: &Backend, rate: Rate, key: &str, now: Timestamp) -> Result<()> {
    let into = now.seconds().rem_euclid(rate.seconds);
    let starts = Timestamp::from_seconds(now.seconds() - into);
    let count = sqlx::query_scalar!(
        "insert into rate_limit (what, key, starts, count) values ($1, $2, $3, 1)
         on conflict (what, key, starts) do update set count = least(rate_limit.count, 1000000) + 1
         returning count",
        rate.what,
        key,
        column(starts),
    )
    .fetch_one(&backend.db)
    .await?;
    if count > rate.times {
        let wait = u64::try_from(rate.seconds - into).unwrap_or(1);
        return Err(Error::TooOften(wait));
    }
    Ok(())
}
