//! Failures in a row: when the next try must wait, and when it takes an operator to go on.

use crate::Timestamp;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Failures in a row, and until when the last of them makes the next try wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub struct Tries {
    /// Failures since the last success.
    pub failures: u32,
    /// No try is evaluated before this instant.
    pub retry_at: Option<Timestamp>,
}

/// From how many failures tries wait, and at how many they are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    wait_from: u32,
    lock_at: Option<u32>,
}

impl Limit {
    /// A token, also an enrolment (void where a token would lock): waits from 5, locked at 50.
    pub const TOKEN: Self = Self {
        wait_from: 5,
        lock_at: Some(50),
    };
    /// A user over all tokens: waits from 10, locked at 100.
    pub const USER: Self = Self {
        wait_from: 10,
        lock_at: Some(100),
    };
    /// An operator's password: waits as a token does, but no stranger can lock it.
    pub const PASSWORD: Self = Self {
        wait_from: 5,
        lock_at: None,
    };

    /// From how many failures in a row the next try waits.
    pub const fn wait_from(self) -> u32 {
        self.wait_from
    }

    /// At how many failures in a row it is locked; `None` for never.
    pub const fn lock_at(self) -> Option<u32> {
        self.lock_at
    }
}

/// Whether a try would be evaluated now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Schema, Serialize, Deserialize)]
pub enum TryState {
    /// Yes.
    Open,
    /// Not before this instant.
    Waits(Timestamp),
    /// Not before an operator unlocks it.
    Locked,
}

const FIRST_WAIT: u64 = 30;
const LONGEST_WAIT: u64 = 3600;

impl Tries {
    /// Whether a try would be evaluated now.
    pub fn state(&self, limit: Limit, now: Timestamp) -> TryState {
        match (limit.lock_at, self.retry_at) {
            (Some(lock_at), _) if self.failures >= lock_at => TryState::Locked,
            (_, Some(until)) if until > now => TryState::Waits(until),
            _ => TryState::Open,
        }
    }

    /// After one more failure: from the limit on the next try waits 30 s, doubling to one hour.
    #[must_use]
    pub fn failed(&self, limit: Limit, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        let retry_at = failures.checked_sub(limit.wait_from).map(|doublings| {
            let wait = FIRST_WAIT
                .checked_shl(doublings.min(16))
                .unwrap_or(LONGEST_WAIT);
            now.after(Duration::from_secs(wait.min(LONGEST_WAIT)))
        });
        Self { failures, retry_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(limit: Limit) -> Vec<i64> {
        let now = Timestamp(0);
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        while tries.state(limit, Timestamp(i64::MAX)) == TryState::Open && waits.len() < 200 {
            tries = tries.failed(limit, now);
            waits.push(tries.retry_at.map_or(0, Timestamp::seconds));
        }
        waits
    }

    #[test]
    fn a_token_waits_from_five_and_locks_at_fifty() {
        let waits = waits(Limit::TOKEN);
        assert_eq!(waits.len(), 50);
        assert_eq!(waits[..6], [0, 0, 0, 0, 30, 60]);
        assert_eq!(waits[11..14], [3600, 3600, 3600]);
        assert_eq!(
            waits.iter().sum::<i64>() / 3600,
            40,
            "some forty hours of guessing"
        );
    }

    #[test]
    fn a_user_waits_from_ten_and_locks_at_a_hundred() {
        let waits = waits(Limit::USER);
        assert_eq!(waits.len(), 100);
        assert_eq!(waits[8..11], [0, 30, 60]);
    }

    #[test]
    fn a_password_never_locks() {
        assert_eq!(waits(Limit::PASSWORD).len(), 200);
    }
}
