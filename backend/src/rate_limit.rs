//! How often something may be asked: counted in windows, by all servers together.

use crate::Backend;
use crate::error::{Error, Result};
use crate::instant::column;
use domain::Timestamp;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

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

/// Keys of no application, sent from one address. One that is known is let in all the same: an application
/// must not wait because another one behind its address has an old key.
pub const UNKNOWN_KEY: Rate = Rate {
    what: "unknown_key",
    times: 30,
    seconds: 60,
};

/// Who is over a limit, until when: told by this process's memory, so that whoever goes on asking costs
/// the database nothing.
#[derive(Debug, Default)]
pub struct Over(Mutex<HashMap<(&'static str, String), Timestamp>>);

impl Over {
    fn until(&self, what: &'static str, key: &str, now: Timestamp) -> Option<Timestamp> {
        let over = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = over.get(&(what, key.to_owned())).copied();
        until.filter(|until| *until > now)
    }

    /// Remembers one more, and forgets those whose window has ended. Each entry has cost its window's
    /// times in the database first, so there are never many.
    fn remember(&self, what: &'static str, key: &str, until: Timestamp, now: Timestamp) {
        let mut over = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        over.retain(|_, until| *until > now);
        over.insert((what, key.to_owned()), until);
    }
}

/// Whom an address stands for: IPv6 by its first 64 bits, for those below are everybody's own to choose.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

/// Counts one more from an address, or says in how many seconds the next window begins.
pub async fn count(
    backend: &Backend,
    rate: Rate,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<()> {
    let key = address.map(|address| network(address).to_string());
    let key = key.as_deref().unwrap_or_default();
    if let Some(until) = backend.over.until(rate.what, key, now) {
        return Err(too_often(until, now));
    }
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
        let until = Timestamp::from_seconds(starts.seconds() + rate.seconds);
        backend.over.remember(rate.what, key, until, now);
        return Err(too_often(until, now));
    }
    Ok(())
}

fn too_often(until: Timestamp, now: Timestamp) -> Error {
    let seconds = until.seconds() - now.seconds();
    Error::TooOften(u64::try_from(seconds).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_stands_for_its_64_bits() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:3::6"), "2001:db8:1:3::");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
