//! What the doors are tried on: a user with a token for each of them.

use std::sync::atomic::{AtomicU64, Ordering};

use backend::otp::codes;
use backend::seal::{Place, Seed};
use domain::{Algorithm, Digits};
use uuid::Uuid;

use super::Door;
use crate::desk::Desk;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Words of the table, and what stands for each.
pub(super) struct Target(Vec<(&'static str, String)>);

impl Target {
    /// A user of the realm `elsewhere`.
    pub(super) async fn new(desk: &Desk) -> Self {
        if elsewhere(desk).await.is_none() {
            desk.realm("elsewhere").await;
        }
        let username = format!("anna{}", next());
        let user = desk.user("elsewhere", &username).await;
        Self::around(desk, user, &username).await
    }

    /// Around a user who is there already.
    pub(super) async fn around(desk: &Desk, user: Uuid, username: &str) -> Self {
        obsolete_type(desk).await;
        let seed = Seed::new(vec![7; 20]);
        let [serial, locked] = [token(desk, user, "hotp-app"), token(desk, user, "hotp-app")];
        let (serial, locked) = (serial.await.1, locked.await);
        let lock = "update token_auth set failures = 50 where token_id = $1";
        sqlx::query(lock)
            .bind(locked.0)
            .execute(&desk.db)
            .await
            .unwrap();
        let old = token(desk, user, "old-app").await.1;
        let older = token(desk, user, "old-app").await.0;
        let enrolment = enrolment(desk, user, None, &seed).await;
        let replacing = self::enrolment(desk, user, Some(older), &seed).await;
        let right = codes(&seed, Algorithm::Sha1, Digits::Six, 0..=1_100);
        let wrong = (0..).map(|n| format!("{n:06}"));
        let mut wrong = wrong.filter(|code| right.iter().all(|(_, right)| right != code));
        let realm = elsewhere(desk).await.unwrap_or_default();
        Self(vec![
            ("{user}", user.to_string()),
            (":user", user.to_string()),
            ("{username}", username.to_owned()),
            ("{new}", format!("new{}", next())),
            ("{realm}", realm.to_string()),
            ("{serial}", serial),
            ("{locked}", locked.1),
            ("{old}", old),
            ("{enrolment}", enrolment.to_string()),
            ("{replacing}", replacing.to_string()),
            ("{wrong}", wrong.next().unwrap()),
            (":slug", "authenticator-app".to_owned()),
            (":link", "nobody-s".to_owned()),
            (":session", user.to_string()),
        ])
    }

    /// The table's text about this target.
    pub(super) fn of(&self, text: &str) -> String {
        let put = |text: String, (word, means): &(&str, String)| text.replace(word, means);
        self.0.iter().fold(text.to_owned(), put)
    }

    /// A page's address.
    pub(super) fn page(&self, page: &Door) -> String {
        let serial = match page.brings {
            "" => "{serial}",
            serial => serial,
        };
        self.of(&page.path.replace(":serial", serial))
    }
}

fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn id() -> Uuid {
    Uuid::from_u128(u128::from(next()) | 3 << 100)
}

async fn elsewhere(desk: &Desk) -> Option<Uuid> {
    sqlx::query_scalar("select id from realm where name = 'elsewhere'")
        .fetch_optional(&desk.db)
        .await
        .unwrap()
}

async fn obsolete_type(desk: &Desk) {
    sqlx::raw_sql(
        "insert into token_type (id, slug, kind, icon, position, obsolete_since, follows, created_at,
             updated_at)
         select gen_random_uuid(), 'old-app', kind, icon, 9, now(), id, now(), now()
         from token_type where slug = 'hotp-app' on conflict do nothing;
         insert into token_type_name (type_id, language, name)
         select id, 'en', 'Old app' from token_type where slug = 'old-app' on conflict do nothing",
    )
    .execute(&desk.db)
    .await
    .unwrap();
}

async fn serial(desk: &Desk) -> String {
    let serial = format!("HOTP-{}", next());
    sqlx::query("insert into serial_given (serial) values ($1)")
        .bind(&serial)
        .execute(&desk.db)
        .await
        .unwrap();
    serial
}

/// A counting token of this type; its id and serial.
async fn token(desk: &Desk, user: Uuid, slug: &str) -> (Uuid, String) {
    let (id, serial) = (id(), serial(desk).await);
    let seed = Seed::new(vec![7; 20]);
    let sealed = desk.backend.keys.seal(&seed, Place::TokenSeed(id)).unwrap();
    let sql = "with facts as (
                   insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period,
                       seed_sealed)
                   select $1, $2, id, kind, 'SHA1', 6, 30, $4 from token_type where slug = $5
                   returning token_id)
               insert into token (id, realm_id, user_id, serial, created_at, created_by, updated_at)
               select token_id, u.realm_id, u.id, $3, now(), 'test', now()
               from facts, app_user u where u.id = $2";
    sqlx::query(sql)
        .bind(id)
        .bind(user)
        .bind(&serial)
        .bind(sealed)
        .bind(slug)
        .execute(&desk.db)
        .await
        .unwrap();
    (id, serial)
}

/// What waits for its proof, perhaps in the place of an old token.
async fn enrolment(desk: &Desk, user: Uuid, replaces: Option<Uuid>, seed: &Seed) -> Uuid {
    let (id, serial) = (id(), serial(desk).await);
    let sealed = desk
        .backend
        .keys
        .seal(seed, Place::EnrolmentSeed(id))
        .unwrap();
    let sql =
        "insert into enrolment (id, realm_id, user_id, type_id, serial, algorithm, digits, period,
                   seed_sealed, started_at, started_by, ends_at, replaces)
               select $1, u.realm_id, u.id, t.id, $3, 'SHA1', 6, 30, $4, now(), 'test',
                   now() + interval '1 day', $5
               from app_user u, token_type t where u.id = $2 and t.slug = 'hotp-app'";
    sqlx::query(sql)
        .bind(id)
        .bind(user)
        .bind(&serial)
        .bind(sealed)
        .bind(replaces)
        .execute(&desk.db)
        .await
        .unwrap();
    id
}
