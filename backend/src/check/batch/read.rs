//! What a batch reads, in one statement: whom each question is about, that user's row and tokens, and what became
//! of its request when it came before. Nothing is locked by it: `settle` writes only where what was read still
//! stands.

mod columns;
mod facts;

use super::Means;
use super::requests::Requests;
use crate::auth::Actor;
use crate::check::asked::{Asked, Entry};
use crate::check::facts::Facts;
use crate::error::{Error, Result};
use columns::Columns;
use domain::{RealmId, UserId};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use time::OffsetDateTime;
use uuid::Uuid;

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// Whom each question is about, in their order.
    pub found: Vec<Found>,
    /// By user; what is stored of one and is not one of ours fails for that user alone.
    pub facts: HashMap<UserId, Result<Facts>>,
    /// What became of earlier requests.
    pub requests: Requests,
}

/// What came of one question's user.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// A user; a decoy where `unknown`.
    User { id: UserId, unknown: bool },
    /// There is none, and no decoy was asked for.
    Gone,
    /// The application's key is not what it was when the question came.
    OtherKey,
}

impl Found {
    /// The user, where there is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(id),
            Self::Gone | Self::OtherKey => None,
        }
    }
}

/// Finds known and unknown users alike. It also looks at the keys of the applications again, which were
/// remembered (`clients`): what was taken back before this statement is refused by it.
pub async fn read(
    connection: &mut PgConnection,
    means: &Means<'_>,
    entries: &[&Entry],
) -> Result<Read> {
    let columns = Columns::of(entries);
    let rows = sqlx::query_as!(
        Row,
        r#"select q.place as "place!", q.known, q.who, q.keys, u.realm_id as "realm_id?",
               u.failures as "failures?", u.retry_at as "retry_at?", u.disabled_at as "disabled_at?",
               u.xmin::text::bigint as "version?",
               t.token_id as "token_id?", t.kind as "kind?", t.algorithm as "algorithm?",
               t.digits as "digits?", t.period as "period?", t.counter as "counter?", t.drift as "drift?",
               t.drift_set as "drift_set?", t.failures as "token_failures?",
               t.retry_at as "token_retry_at?", t.disabled_at as "token_disabled_at?",
               t.disabled_until as "disabled_until?", t.expires_at as "expires_at?",
               t.seed_sealed as "seed_sealed?", t.xmin::text::bigint as "token_version?",
               y.obsolete_since as "obsolete_since?", y.grace_until as "grace_until?",
               r.digest as "digest?", r.outcome as "outcome?"
           from (
               select *, coalesce(known, decoy) as who from (
                   -- the decoy is looked for also where it is not needed: that costs as much
                   select q.place, q.asked_by, q.request_id, coalesce(g.user_id, k.user_id) as known,
                       (select d.user_id from user_auth d
                        where d.realm_id = $9 and d.username_key = q.decoy) as decoy,
                       case when q.place = 1 then array(
                           select c.key_hash || convert_to(c.name, 'UTF8')
                               || string_agg(uuid_send(r.realm_id), ''::bytea order by r.realm_id)
                           from api_client c join api_client_realm r on r.client_id = c.id
                           where c.id = any($10) and c.disabled_at is null group by c.id) end as keys
                   from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                       $7::uuid[], $8::uuid[]) with ordinality
                       as q (user_id, realm_id, realm, within, username_key, decoy, asked_by, request_id, place)
                   left join user_auth g on g.user_id = q.user_id
                   left join realm m on m.name = q.realm and m.id = any(q.within::uuid[])
                   left join user_auth k
                       on k.realm_id = coalesce(q.realm_id, m.id) and k.username_key = q.username_key
                   offset 0
               ) as found
           ) as q
           left join user_auth u on u.user_id = q.who
           left join token_auth t on t.user_id = q.who
           left join token_type y on y.id = t.type_id
           -- one by one also where the table was empty when this was planned: hence the offset
           left join lateral (
               select digest, outcome from request
               where asked_by = q.asked_by and request_id = q.request_id offset 0
           ) as r on true"#,
        &columns.user as &[Option<Uuid>],
        &columns.realm_id as &[Option<Uuid>],
        &columns.realm as &[Option<&str>],
        &columns.within as &[Option<String>],
        &columns.key as &[Option<&str>],
        &columns.decoy as &[Option<String>],
        &columns.asked_by as &[Option<Uuid>],
        &columns.request as &[Option<Uuid>],
        RealmId::DECOYS.0,
        &columns.clients,
    )
    .fetch_all(connection)
    .await?;
    sort(rows, means, entries)
}

/// A token, or none, and an earlier request, or none, of one question.
struct Row {
    place: i64,
    known: Option<Uuid>,
    who: Option<Uuid>,
    keys: Option<Vec<Vec<u8>>>,
    realm_id: Option<Uuid>,
    failures: Option<i32>,
    retry_at: Option<OffsetDateTime>,
    disabled_at: Option<OffsetDateTime>,
    version: Option<i64>,
    token_id: Option<Uuid>,
    kind: Option<String>,
    algorithm: Option<String>,
    digits: Option<i16>,
    period: Option<i16>,
    counter: Option<i64>,
    drift: Option<i32>,
    drift_set: Option<i32>,
    token_failures: Option<i32>,
    token_retry_at: Option<OffsetDateTime>,
    token_disabled_at: Option<OffsetDateTime>,
    disabled_until: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
    seed_sealed: Option<Vec<u8>>,
    token_version: Option<i64>,
    obsolete_since: Option<OffsetDateTime>,
    grace_until: Option<OffsetDateTime>,
    digest: Option<Vec<u8>>,
    outcome: Option<Value>,
}

/// Puts each row to its question and its user.
fn sort(rows: Vec<Row>, means: &Means<'_>, entries: &[&Entry]) -> Result<Read> {
    let keys = rows.iter().find_map(|row| row.keys.clone());
    let keys = keys.unwrap_or_default();
    let mut found = vec![None; entries.len()];
    // at which question each user is first: a token that was read twice could be spent twice
    let mut first: HashMap<UserId, usize> = HashMap::new();
    let (mut facts, mut requests) = (HashMap::new(), Requests::default());
    for mut row in rows {
        let at = usize::try_from(row.place - 1).ok();
        let place = at.and_then(|at| Some((at, entries.get(at)?, found.get_mut(at)?)));
        let (at, entry, place) = place.ok_or(Error::Stored("user_auth"))?;
        let it = *place.get_or_insert_with(|| whom(&row, &entry.asked, &keys));
        let Found::User { id, .. } = it else {
            continue;
        };
        if let Some(digest) = row.digest.take() {
            requests.came_before(&entry.asked.caller, digest, row.outcome.take());
        }
        if *first.entry(id).or_insert(at) != at {
            continue;
        }
        let known = match facts.entry(id) {
            Place::Occupied(known) => known.into_mut(),
            Place::Vacant(place) => place.insert(facts::user(&row, id)),
        };
        if let Ok(user) = known
            && let Err(error) = facts::add(user, row, means)
        {
            *known = Err(error);
        }
    }
    for user in facts.values_mut().flatten() {
        if user.tokens.is_empty() {
            // as much work as for somebody who has one
            means.decoys.unseal_dummy(means.keys);
        }
        user.tokens.sort_unstable_by_key(|token| token.id.0);
    }
    let found: Option<Vec<Found>> = found.into_iter().collect();
    Ok(Read {
        found: found.ok_or(Error::Stored("user_auth"))?,
        facts,
        requests,
    })
}

fn whom(row: &Row, asked: &Asked, keys: &[Vec<u8>]) -> Found {
    let key = match &asked.caller.actor {
        Actor::Client { key, .. } => key.as_deref(),
        Actor::Nobody | Actor::Operator { .. } | Actor::System(_) | Actor::Command => None,
    };
    if key.is_some_and(|key| !keys.iter().any(|it| it == key)) {
        return Found::OtherKey;
    }
    row.who.map_or(Found::Gone, |id| Found::User {
        id: UserId(id),
        unknown: row.known.is_none(),
    })
}
