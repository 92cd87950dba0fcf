//! The lock of a batch: finds whom it is about, and locks their rows in the order of their ids. Rows that
//! somebody else holds are left out, for else one foreign session could stop everybody.

use crate::auth::Actor;
use crate::check::asked::{Asked, Entry, Realm, Whom};
use crate::check::facts::Locked;
use crate::error::{Error, Result};
use crate::instant::instant;
use domain::{RealmId, Tries, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// What came of one question's user.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// Locked; a decoy where `unknown`.
    Locked { user: Locked, unknown: bool },
    /// Somebody else holds the row, or changes whose name it is.
    Held,
    /// There is none, and no decoy was asked for.
    Gone,
    /// The application's key is not what it was when the question came.
    OtherKey,
}

/// Finds and locks, by one statement for known and unknown users alike. It also looks at the keys of the
/// applications again, which were remembered (`clients`): what was taken back before this statement is
/// refused by it.
pub async fn lock(tx: &mut PgConnection, entries: &[Entry]) -> Result<Vec<Found>> {
    let mut columns = Columns::default();
    for entry in entries {
        columns.push(entry);
    }
    let rows = sqlx::query!(
        r#"select f.place as "place!", f.known, f.who,
               f.username_key is null or f.username_key = l.username_key as "same?",
               l.user_id as "locked?", l.realm_id as "realm_id?", l.failures as "failures?",
               l.retry_at as "retry_at?", l.disabled_at as "disabled_at?",
               case when f.place = 1 then array(
                   select c.key_hash || convert_to(c.name, 'UTF8')
                       || string_agg(uuid_send(r.realm_id), ''::bytea order by r.realm_id)
                   from api_client c join api_client_realm r on r.client_id = c.id
                   where c.id = any($8) and c.disabled_at is null group by c.id) end as keys
           from (
               select *, coalesce(known, decoy) as who from (
                   -- the decoy is looked for also where it is not needed: that costs as much
                   select q.place, k.username_key, coalesce(g.user_id, k.user_id) as known,
                       (select d.user_id from user_auth d
                        where d.realm_id = $7 and d.username_key = q.decoy) as decoy
                   from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
                       with ordinality
                       as q (user_id, realm_id, realm, within, username_key, decoy, place)
                   left join user_auth g on g.user_id = q.user_id
                   left join realm m on m.name = q.realm and m.id = any(q.within::uuid[])
                   left join user_auth k
                       on k.realm_id = coalesce(q.realm_id, m.id) and k.username_key = q.username_key
                   offset 0
               ) as found order by who
           ) as f
           left join lateral (
               select * from user_auth where user_id = f.who for no key update skip locked
           ) as l on true"#,
        &columns.user as &[Option<Uuid>],
        &columns.realm_id as &[Option<Uuid>],
        &columns.realm as &[Option<&str>],
        &columns.within as &[Option<String>],
        &columns.key as &[Option<&str>],
        &columns.decoy as &[Option<String>],
        RealmId::DECOYS.0,
        &columns.clients,
    )
    .fetch_all(tx)
    .await?;
    let keys: Vec<Vec<u8>> = rows
        .iter()
        .find_map(|row| row.keys.clone())
        .unwrap_or_default();
    let mut found = vec![None; entries.len()];
    for row in rows {
        let at = usize::try_from(row.place - 1).ok();
        let place = at.and_then(|at| Some((entries.get(at)?, found.get_mut(at)?)));
        let (entry, place) = place.ok_or(Error::Stored("user_auth"))?;
        let key = key_of(&entry.asked);
        *place = Some(if key.is_some_and(|key| !keys.iter().any(|it| it == key)) {
            Found::OtherKey
        } else if row.who.is_none() {
            Found::Gone
        } else if let (Some(id), Some(realm), true) =
            (row.locked, row.realm_id, row.same == Some(true))
        {
            let failures = row.failures.and_then(|n| u32::try_from(n).ok());
            Found::Locked {
                unknown: row.known.is_none(),
                user: Locked {
                    id: UserId(id),
                    realm: RealmId(realm),
                    tries: Tries {
                        failures: failures.ok_or(Error::Stored("failures"))?,
                        retry_at: row.retry_at.map(instant),
                    },
                    disabled: row.disabled_at.is_some(),
                },
            }
        } else {
            Found::Held
        });
    }
    let all: Option<Vec<Found>> = found.into_iter().collect();
    all.ok_or(Error::Stored("user_auth"))
}

fn key_of(asked: &Asked) -> Option<&[u8]> {
    match &asked.caller.actor {
        Actor::Client { key, .. } => key.as_deref(),
        Actor::Nobody | Actor::Operator { .. } | Actor::System(_) | Actor::Command => None,
    }
}

#[derive(Default)]
struct Columns<'a> {
    user: Vec<Option<Uuid>>,
    realm_id: Vec<Option<Uuid>>,
    realm: Vec<Option<&'a str>>,
    within: Vec<Option<String>>,
    key: Vec<Option<&'a str>>,
    decoy: Vec<Option<String>>,
    clients: Vec<Uuid>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, entry: &'a Entry) {
        let asked = &entry.asked;
        let (mut user, mut realm_id, mut realm, mut key) = (None, None, None, None);
        match &asked.whom {
            // a row that is looked for in vain costs as one that is found
            Whom::Nobody => user = Some(Uuid::nil()),
            Whom::User(id) => user = Some(id.0),
            Whom::Name {
                realm: at,
                key: name,
            } => {
                key = Some(name.as_str());
                match at {
                    Realm::Only(id) => realm_id = Some(*id),
                    Realm::Named(name) => realm = Some(name.as_str()),
                }
            }
        }
        let within = realm.map(|_| within(&asked.caller.actor));
        self.user.push(user);
        self.realm_id.push(realm_id);
        self.realm.push(realm);
        self.within.push(within);
        self.key.push(key);
        self.decoy.push(entry.decoy());
        if let Actor::Client {
            id, key: Some(_), ..
        } = &asked.caller.actor
            && !self.clients.contains(&id.0)
        {
            self.clients.push(id.0);
        }
    }
}

/// The application's realms, as an array's text.
fn within(actor: &Actor) -> String {
    let realms: Vec<String> = match actor {
        Actor::Client { realms, .. } => realms.iter().map(|realm| realm.0.to_string()).collect(),
        Actor::Nobody | Actor::Operator { .. } | Actor::System(_) | Actor::Command => Vec::new(),
    };
    format!("{{{}}}", realms.join(","))
}
