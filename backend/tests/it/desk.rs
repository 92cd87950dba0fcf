//! A small world: a realm with users and tokens, the devices that make their codes, and an application.

use backend::auth::Request;
use backend::check::{self, Checked, Purpose, Subject, Tested};
use backend::seal::{KeyRing, Place, Seed};
use backend::{Backend, Caller, Result, fold, otp};
use domain::check::Refusal;
use domain::enrolment::Fields;
use domain::{Algorithm, Code, Description, Digits, Kind, Privilege, RealmId, Serial, Timestamp};
use domain::{TokenId, UserId};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp::from_seconds(1_780_000_010);
pub const STEP: u64 = 1_780_000_010 / 30;
/// The slug of the built-in type of apps that follow the clock.
pub const APP: &str = "authenticator-app";
static NEXT: AtomicU64 = AtomicU64::new(1);

pub struct Desk {
    pub backend: Backend,
}

#[derive(Clone)]
pub struct Person {
    pub id: UserId,
    pub username: String,
}

/// A token and the device that makes its codes.
#[derive(Clone)]
pub struct Device {
    pub token: TokenId,
    pub serial: Serial,
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

impl Device {
    pub fn code(&self, counter: u64) -> String {
        let seed = Seed::new(self.bytes.clone());
        let codes = otp::codes(&seed, Algorithm::Sha1, Digits::Six, counter..=counter);
        codes[0].1.clone()
    }

    /// A code that nothing near makes, another one for each `n`.
    pub fn wrong(&self, n: u64) -> String {
        let near = match self.kind {
            Kind::Hotp => 0..=40,
            _ => STEP - 200..=STEP + 200,
        };
        let seed = Seed::new(self.bytes.clone());
        let right = otp::codes(&seed, Algorithm::Sha1, Digits::Six, near);
        let mut wrong = (0..1_000_000).map(|n| format!("{n:06}"));
        wrong
            .by_ref()
            .filter(|c| !right.iter().any(|(_, r)| r == c))
            .nth(n as usize)
            .unwrap()
    }
}

pub fn keys() -> KeyRing {
    let id = "test".to_owned();
    KeyRing::new(id.clone(), BTreeMap::from([(id, [7; 32].into())])).unwrap()
}

impl Desk {
    pub fn new(db: &PgPool) -> Self {
        let backend = Backend::new(db.clone(), keys(), jiff::tz::TimeZone::UTC);
        Self { backend }
    }

    /// A second server on the same database, with connections of its own.
    pub async fn another(db: &PgPool) -> Self {
        let options = (*db.connect_options()).clone();
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(8);
        Self::new(&pool.connect_with(options).await.unwrap())
    }

    pub async fn realm_id(&self) -> Uuid {
        let one = sqlx::query_scalar("select id from realm where name = 'default'");
        one.fetch_one(&self.backend.db).await.unwrap()
    }

    pub async fn person(&self, username: &str) -> Person {
        let (id, realm) = (Uuid::from_u128(next() | 1 << 100), self.realm_id().await);
        let mut tx = self.backend.db.begin().await.unwrap();
        sqlx::query("insert into user_auth (user_id, realm_id, username_key) values ($1, $2, $3)")
            .bind(id)
            .bind(realm)
            .bind(fold::username_key(username))
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query(
            "insert into app_user (id, realm_id, username, sort_name, search, created_at, updated_at)
             values ($1, $2, $3, $3, $3, now(), now())",
        )
        .bind(id)
        .bind(realm)
        .bind(username)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let username = username.to_owned();
        Person {
            id: UserId(id),
            username,
        }
    }

    pub async fn token(&self, person: &Person, kind: Kind) -> Device {
        let realm = RealmId(self.realm_id().await);
        self.token_in(person, kind, realm).await
    }

    /// A token of somebody of this realm.
    pub async fn token_in(&self, person: &Person, kind: Kind, realm: RealmId) -> Device {
        let n = next();
        let id = Uuid::from_u128(n | 2 << 100);
        let bytes: Vec<u8> = (0..20)
            .map(|b| (n as u8).wrapping_mul(31).wrapping_add(b))
            .collect();
        let serial = Serial::parse(&format!("T-{n}")).unwrap();
        let place = Place::TokenSeed(id);
        let sealed = self
            .backend
            .keys
            .seal(&Seed::new(bytes.clone()), place)
            .unwrap();
        let mut tx = self.backend.db.begin().await.unwrap();
        sqlx::query("insert into serial_given values ($1)")
            .bind(serial.as_str())
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query(
            "insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
                 seed_sealed)
             select $1, $2, id, kind, 'SHA1', 6, 30, $3 from token_type
             where kind = $4 and obsolete_since is null",
        )
        .bind(id)
        .bind(person.id.0)
        .bind(sealed)
        .bind(kind.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "insert into token (id, realm_id, user_id, serial, created_at, created_by, updated_at)
             values ($1, $2, $3, $4, now(), '', now())",
        )
        .bind(id)
        .bind(realm.0)
        .bind(person.id.0)
        .bind(serial.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Device {
            token: TokenId(id),
            serial,
            kind,
            bytes,
        }
    }

    /// Gives the token a type that is obsolete and works until tomorrow; its former type follows.
    pub async fn make_obsolete(&self, device: &Device) {
        sqlx::query(
            "with old as (
                 insert into token_type (id, slug, kind, icon, position, obsolete_since, grace_until,
                     follows, created_at, updated_at)
                 select gen_random_uuid(), 'old-' || t.slug, t.kind, t.icon, 9, to_timestamp(0),
                     to_timestamp($2), t.id, now(), now()
                 from token_auth a join token_type t on t.id = a.type_id where a.token_id = $1
                 returning id),
             named as (
                 insert into token_type_name (type_id, language, name)
                 select id, 'en', 'Old app' from old)
             update token_auth set type_id = old.id from old where token_id = $1",
        )
        .bind(device.token.0)
        .bind((NOW.seconds() + 86_400) as f64)
        .execute(&self.backend.db)
        .await
        .unwrap();
    }

    pub async fn verify_as(&self, caller: Caller, username: &str, code: &str) -> Result<Checked> {
        let subject = Subject::User {
            realm: None,
            username: username.into(),
        };
        check::verify(
            &self.backend,
            &caller,
            &subject,
            code,
            Purpose::Verification,
        )
        .await
    }

    pub async fn verify(&self, username: &str, code: &str) -> Result<Checked> {
        self.verify_as(self.client(NOW).await, username, code).await
    }

    pub async fn verify_at(&self, now: Timestamp, username: &str, code: &str) -> Checked {
        self.verify_as(self.client(now).await, username, code)
            .await
            .unwrap()
    }

    pub async fn test(&self, person: &Person, device: &Device, typed: &str) -> Result<Tested> {
        let caller = self.operator(Privilege::TokensTest, NOW).await;
        let code = Code::parse_typed(typed).unwrap();
        check::test(&self.backend, &caller, person.id, &device.serial, &code).await
    }

    pub async fn failures(&self, person: &Person) -> i64 {
        self.number(
            "select failures::bigint from user_auth where user_id = $1",
            person.id.0,
        )
        .await
    }

    pub async fn token_failures(&self, device: &Device) -> i64 {
        let sql = "select failures::bigint from token_auth where token_id = $1";
        self.number(sql, device.token.0).await
    }

    /// Counted attempts of a user in the audit.
    pub async fn counted(&self, person: &Person) -> i64 {
        let sql = "select count(*) from audit where user_id = $1 and result = 'failed'";
        self.number(sql, person.id.0).await
    }

    pub async fn number(&self, sql: &'static str, id: Uuid) -> i64 {
        sqlx::query_scalar(sql)
            .bind(id)
            .fetch_one(&self.backend.db)
            .await
            .unwrap()
    }

    pub async fn set(&self, sql: &'static str, id: Uuid) {
        sqlx::query(sql)
            .bind(id)
            .execute(&self.backend.db)
            .await
            .unwrap();
    }
}

/// What an enrolment's form was filled with.
pub fn fields(description: &str) -> Fields {
    Fields {
        description: Description::parse(description).unwrap(),
    }
}

pub fn request(n: u128, content: &str) -> Option<Request> {
    let content = content.as_bytes().to_vec();
    Some(Request {
        id: Uuid::from_u128(n),
        content,
    })
}

pub fn accepted(checked: &Checked) -> bool {
    matches!(checked, Checked::Accepted { .. })
}

pub fn refused(refusal: Refusal) -> Checked {
    Checked::Refused(refusal)
}

fn next() -> u128 {
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}
