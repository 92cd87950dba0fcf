//! What a batch writes: each user and token that a decision was made on, in its last state, and only where
//! the state that was read still stands.

use super::requests::Requests;
use crate::check::decide::{Decision, State};
use crate::check::facts::Facts;
use crate::error::{Error, Result};
use crate::instant::column;
use domain::{Tries, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use time::OffsetDateTime;
use uuid::Uuid;

/// What is to be written.
#[derive(Debug, Default)]
pub struct Changes {
    users: HashMap<UserId, [Tries; 2]>,
    tokens: HashMap<Uuid, Change>,
    /// Users without a token.
    without: usize,
}

#[derive(Debug)]
struct Change {
    user: UserId,
    before: State,
    after: State,
}

impl Changes {
    /// Adds a decision on these facts. A refused check writes what is there already, and one without tokens
    /// asks for one that never is, so that they cost as much.
    pub fn add(&mut self, facts: &Facts, decision: &Decision) {
        let user = self.users.entry(facts.id);
        user.or_insert([facts.tries; 2])[1] = decision.user;
        let Some(token) = facts.tokens.get(decision.token.unwrap_or(0)) else {
            self.without += 1;
            return;
        };
        match self.tokens.entry(token.id.0) {
            Entry::Vacant(place) => {
                let before = token.state();
                place.insert(Change {
                    user: facts.id,
                    before,
                    after: decision.state.unwrap_or(before),
                });
            }
            Entry::Occupied(mut place) => {
                if let Some(state) = decision.state {
                    let used_at = place.get().after.used_at;
                    place.get_mut().after = State {
                        used_at: state.used_at.or(used_at),
                        ..state
                    };
                }
            }
        }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Writes, with what is kept of the requests. `false` when a state that was decided on has moved, or a
    /// request's number was used meanwhile, for another user: look again.
    pub async fn write(&self, tx: &mut PgConnection, requests: &Requests) -> Result<bool> {
        let (users, tokens) = (self.user_columns()?, self.token_columns()?);
        let requests = requests.columns()?;
        let written = sqlx::query!(
            r#"with users as (
                   update user_auth a set failures = v.failures, retry_at = v.retry_at
                   from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::integer[])
                       as v (user_id, failures, retry_at, before)
                   where a.user_id = v.user_id and a.failures = v.before
                   returning 1
               ), tokens as (
                   update token_auth t set counter = v.counter, drift = v.drift,
                       drift_set = v.drift_set, failures = v.failures, retry_at = v.retry_at,
                       last_used_at = coalesce(v.used_at, t.last_used_at)
                   from unnest($5::uuid[], $6::uuid[], $7::bigint[], $8::integer[], $9::integer[],
                           $10::integer[], $11::timestamptz[], $12::timestamptz[], $13::bigint[],
                           $14::integer[])
                       as v (token_id, user_id, counter, drift, drift_set, failures, retry_at,
                           used_at, counter_before, failures_before)
                   where t.token_id = v.token_id and t.user_id = v.user_id
                     and t.counter = v.counter_before and t.failures = v.failures_before
                   returning 1
               ), requests as (
                   insert into request (asked_by, request_id, user_id, digest, outcome, at)
                   select * from unnest($15::uuid[], $16::uuid[], $17::uuid[], $18::bytea[],
                       $19::jsonb[], $20::timestamptz[])
                   on conflict do nothing returning 1
               )
               select (select count(*) from users) as "users!",
                   (select count(*) from tokens) as "tokens!",
                   (select count(*) from requests) as "requests!""#,
            &users.id,
            &users.failures,
            &users.retry_at as &[Option<OffsetDateTime>],
            &users.failures_before,
            &tokens.id,
            &tokens.user,
            &tokens.counter,
            &tokens.drift,
            &tokens.drift_set,
            &tokens.failures,
            &tokens.retry_at as &[Option<OffsetDateTime>],
            &tokens.used_at as &[Option<OffsetDateTime>],
            &tokens.counter_before,
            &tokens.failures_before,
            &requests.asked_by,
            &requests.id,
            &requests.user,
            &requests.digest,
            &requests.outcome,
            &requests.at,
        )
        .fetch_one(tx)
        .await?;
        let is = |count: i64, expected: usize| usize::try_from(count) == Ok(expected);
        Ok(is(written.users, self.users.len())
            && is(written.tokens, self.tokens.len())
            && is(written.requests, requests.id.len()))
    }

    fn user_columns(&self) -> Result<Columns> {
        let mut columns = Columns::default();
        for (user, [before, after]) in &self.users {
            columns.id.push(user.0);
            columns.failures.push(number(after.failures)?);
            columns.retry_at.push(after.retry_at.map(column));
            columns.failures_before.push(number(before.failures)?);
        }
        Ok(columns)
    }

    fn token_columns(&self) -> Result<Columns> {
        let mut columns = Columns::default();
        for (token, change) in &self.tokens {
            columns.id.push(*token);
            columns.user.push(change.user.0);
            columns.push(change.before, change.after)?;
        }
        for _ in 0..self.without {
            columns.id.push(Uuid::nil());
            columns.user.push(Uuid::nil());
            columns.push(State::default(), State::default())?;
        }
        Ok(columns)
    }
}

#[derive(Default)]
struct Columns {
    id: Vec<Uuid>,
    user: Vec<Uuid>,
    counter: Vec<i64>,
    drift: Vec<i32>,
    drift_set: Vec<i32>,
    failures: Vec<i32>,
    retry_at: Vec<Option<OffsetDateTime>>,
    used_at: Vec<Option<OffsetDateTime>>,
    counter_before: Vec<i64>,
    failures_before: Vec<i32>,
}

impl Columns {
    fn push(&mut self, before: State, after: State) -> Result<()> {
        self.counter.push(counter(after)?);
        self.drift.push(after.drift);
        self.drift_set.push(after.drift_set);
        self.failures.push(number(after.tries.failures)?);
        self.retry_at.push(after.tries.retry_at.map(column));
        self.used_at.push(after.used_at.map(column));
        self.counter_before.push(counter(before)?);
        self.failures_before.push(number(before.tries.failures)?);
        Ok(())
    }
}

fn counter(state: State) -> Result<i64> {
    i64::try_from(state.counter).map_err(|_| Error::Stored("counter"))
}

fn number(failures: u32) -> Result<i32> {
    i32::try_from(failures).map_err(|_| Error::Stored("failures"))
}
