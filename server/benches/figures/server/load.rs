//! Whoever keeps the server busy: applications that verify, operators who read, strangers who only connect,
//! and a hundred who sign in at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backend::otp::codes;
use backend::seal::{Place, Seed};
use domain::{Algorithm, Digits};
use server::open;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use crate::http::{Connection, get, post, verify};
use crate::world::{Ground, World};

/// Users, each with one counting token.
const USERS: u64 = 2_000;
/// Connections of applications.
const CONNECTIONS: u64 = 16;

/// What somebody needs who asks.
pub struct Asker {
    address: SocketAddr,
    key: String,
    cookie: String,
    counters: Vec<AtomicU64>,
    /// Who have signed in so far: each comes from an address of its own.
    strangers: AtomicU64,
}

impl Asker {
    pub fn of(world: &World) -> Arc<Self> {
        Arc::new(Self {
            address: world.address(),
            key: world.key.clone(),
            cookie: world.cookie.clone(),
            counters: (0..USERS).map(|_| AtomicU64::new(0)).collect(),
            strangers: AtomicU64::new(0),
        })
    }

    /// Checks of right codes, so many a second or as many as there can be: milliseconds from when each was
    /// due until its answer.
    pub async fn checks(self: &Arc<Self>, rate: Option<f64>, length: Duration) -> Vec<f64> {
        let mut asking = JoinSet::new();
        for at in 0..CONNECTIONS {
            let asker = Arc::clone(self);
            let every = rate.map(|rate| Duration::from_secs_f64(CONNECTIONS as f64 / rate));
            asking.spawn(async move { asker.checks_of_one(at, every, length).await });
        }
        asking.join_all().await.into_iter().flatten().collect()
    }

    async fn checks_of_one(&self, at: u64, every: Option<Duration>, length: Duration) -> Vec<f64> {
        let mut connection = Connection::new(self.address).await.unwrap();
        let (begun, mut took) = (Instant::now(), Vec::new());
        let mut pace = every.map(interval);
        let mut users = (at..USERS).step_by(CONNECTIONS as usize).cycle();
        while begun.elapsed() < length {
            let due = match &mut pace {
                Some(pace) => pace.tick().await.into_std(),
                None => Instant::now(),
            };
            let user = users.next().unwrap();
            let counter = self.counters[user as usize].fetch_add(1, Ordering::Relaxed);
            let request = verify(&self.key, &format!("user{user}"), &code(user, counter));
            let (status, length) = connection.ask(&request).await.unwrap();
            assert_eq!((status, length), (200, r#"{"result":true}"#.len()));
            took.push(due.elapsed().as_secs_f64() * 1_000.0);
        }
        took
    }

    /// Operators who read one page after the other.
    pub async fn reads(self: &Arc<Self>, operators: usize, length: Duration) {
        let mut reading = JoinSet::new();
        for _ in 0..operators {
            let asker = Arc::clone(self);
            reading.spawn(async move {
                let mut connection = Connection::new(asker.address).await.unwrap();
                let begun = Instant::now();
                while begun.elapsed() < length {
                    let page = get("/users?q=user1", &asker.cookie);
                    assert_eq!(connection.ask(&page).await.unwrap().0, 200);
                }
            });
        }
        reading.join_all().await;
    }

    /// So many who give a password at once, each from an address of its own; how many were told to come
    /// back later.
    pub async fn signs_in(self: &Arc<Self>, many: u8) -> usize {
        let mut signing = JoinSet::new();
        for _ in 0..many {
            let asker = Arc::clone(self);
            let n = asker.strangers.fetch_add(1, Ordering::Relaxed);
            signing.spawn(async move {
                let from = Ipv4Addr::new(127, 1, (n / 250) as u8, (n % 250) as u8 + 1);
                let mut connection = Connection::from(from, asker.address).await.unwrap();
                let form = format!("username=nobody{n}&password=correct+horse+battery");
                let sign_in = post("/call/sign-in", "", &form);
                connection.ask(&sign_in).await.unwrap().0
            });
        }
        let statuses = signing.join_all().await;
        assert!(
            statuses.iter().all(|it| [422, 503].contains(it)),
            "{statuses:?}"
        );
        statuses.iter().filter(|it| **it == 503).count()
    }
}

/// Connections that are there and want nothing, and such as send a head letter by letter; who is closed comes
/// again. They end when this is dropped.
pub struct Strangers(#[expect(dead_code, reason = "held")] JoinSet<()>);

impl Strangers {
    pub async fn come(to: SocketAddr, idle: u16, slow: u16) -> Self {
        let mut strangers = JoinSet::new();
        for n in 0..idle + slow {
            // no address may have more than its share
            let from = Ipv4Addr::new(127, 0, 2, (n % 8) as u8 + 1);
            strangers.spawn(async move {
                loop {
                    let Ok(mut connection) = Connection::from(from, to).await else {
                        sleep(Duration::from_millis(100)).await;
                        continue;
                    };
                    if n >= idle {
                        slowly(&mut connection).await;
                    } else {
                        until_closed(&connection).await;
                    }
                }
            });
            if n % 100 == 99 {
                sleep(Duration::from_millis(20)).await;
            }
        }
        Self(strangers)
    }
}

async fn until_closed(connection: &Connection) {
    while !connection.is_closed() {
        sleep(Duration::from_secs(1)).await;
    }
}

async fn slowly(connection: &mut Connection) {
    let head = "GET /sign-in HTTP/1.1\r\nhost: localhost\r\nx-slow: ";
    let mut words = head.chars().chain(std::iter::repeat('x'));
    let next = |words: &mut dyn Iterator<Item = char>| words.next().unwrap().to_string();
    while !connection.is_closed() {
        let said = timeout(Duration::from_secs(1), connection.say(&next(&mut words))).await;
        if !matches!(said, Ok(Ok(()))) {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

fn seed(user: u64) -> Seed {
    Seed::new(
        (0..20)
            .map(|n| (user.wrapping_mul(31) as u8).wrapping_add(n))
            .collect(),
    )
}

fn code(user: u64, counter: u64) -> String {
    let mut codes = codes(&seed(user), Algorithm::Sha1, Digits::Six, counter..=counter);
    codes.remove(0).1
}

/// Users who hold a counting token each.
pub async fn plant(ground: &Ground) {
    let id = || backend::random::id(open::now()).unwrap();
    let mut tx = ground.backend.db.begin().await.unwrap();
    for n in 0..USERS {
        let (user, token) = (id(), id());
        let sealed = ground
            .backend
            .keys
            .seal(&seed(n), Place::TokenSeed(token))
            .unwrap();
        let sql = "with facts as (
                       insert into user_auth (user_id, realm_id, username_key)
                       select $1, id, $2 from realm where name = 'default' returning realm_id),
                   person as (
                       insert into app_user (id, realm_id, username, sort_name, search, created_at,
                           updated_at)
                       select $1, realm_id, $2, $2, $2, now(), now() from facts)
                   insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
                       seed_sealed)
                   select $3, $1, id, kind, 'SHA1', 6, 30, $4 from token_type where kind = 'hotp'";
        let insert = sqlx::query(sql).bind(user).bind(format!("user{n}"));
        let insert = insert.bind(token).bind(sealed).execute(&mut *tx);
        insert.await.unwrap();
    }
    tx.commit().await.unwrap();
}
