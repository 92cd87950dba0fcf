//! Users and tokens whose codes are known, and rows for pgbench.

use backend::Backend;
use backend::otp::codes;
use backend::seal::{Place, Seed};
use domain::{Algorithm, Digits};
use sqlx::{Executor as _, PgPool};
use uuid::Uuid;

/// Tokens of each user: two that count and one that follows the clock.
pub const OF_EACH: u32 = 3;

/// The code of a user's first counting token, or of the one that follows the clock.
pub fn code(user: u32, clock: bool, counter: u64) -> String {
    let token = user * OF_EACH + if clock { 2 } else { 0 };
    codes(
        &seed(token),
        Algorithm::Sha1,
        Digits::Six,
        counter..=counter,
    )[0]
    .1
    .clone()
}

/// A user's first counting token.
pub fn counting(user: u32) -> Uuid {
    id(2, user * OF_EACH)
}

fn seed(token: u32) -> Seed {
    let [a, b, c, d] = token.to_be_bytes();
    Seed::new(
        (0..20_u8)
            .map(|n| [a, b, c, d][usize::from(n % 4)] ^ n)
            .collect(),
    )
}

fn id(what: u64, n: u32) -> Uuid {
    Uuid::from_u64_pair(
        0x0199_0000_0000_7000 | what,
        0x8000_0000_0000_0000 | u64::from(n),
    )
}

/// Users and tokens, by COPY. What checks neither read nor write, and what would take long to make, is left
/// out: keys to other tables, and the indexes of searches.
pub async fn plant(backend: &Backend, users: u32) {
    let (owner, keys) = (&backend.db, &backend.keys);
    let lighter = "alter table app_user drop constraint app_user_realm_id_fkey,
                       drop constraint app_user_user_auth_fkey;
                   alter table token drop constraint token_serial_fkey,
                       drop constraint token_token_auth_fkey,
                       drop constraint token_token_auth_user_fkey,
                       drop constraint token_realm_id_user_id_fkey;
                   drop index app_user_search_idx, app_user_phones_idx";
    owner.execute(sqlx::raw_sql(lighter)).await.unwrap();
    let realm: Uuid = sqlx::query_scalar("select id from realm where name = 'default'")
        .fetch_one(owner)
        .await
        .unwrap();
    let types = "select id from token_type where kind = any('{hotp,totp}') order by kind";
    let types: Vec<Uuid> = sqlx::query_scalar(types).fetch_all(owner).await.unwrap();
    let person = |n: u32| format!("{}\t{realm}\tuser{n}\n", id(1, n));
    copy(
        owner,
        "user_auth (user_id, realm_id, username_key)",
        users,
        person,
    )
    .await;
    let person = |n: u32| {
        let now = "2026-01-01";
        format!(
            "{}\t{realm}\tuser{n}\tuser{n}\tuser{n}\t{now}\t{now}\n",
            id(1, n)
        )
    };
    let columns = "app_user (id, realm_id, username, sort_name, search, created_at, updated_at)";
    copy(owner, columns, users, person).await;
    let facts = |n: u32| {
        let (token, clock) = (id(2, n), n % OF_EACH == 2);
        let sealed = keys.seal(&seed(n), Place::TokenSeed(token)).unwrap();
        let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        let (kind, kept) = if clock {
            ("totp", types[1])
        } else {
            ("hotp", types[0])
        };
        let user = id(1, n / OF_EACH);
        format!("{token}\t{user}\t{kept}\t{kind}\tSHA1\t6\t30\t\\\\x{sealed}\n")
    };
    let columns =
        "token_auth (token_id, user_id, type_id, kind, algorithm, digits, period, seed_sealed)";
    copy(owner, columns, users * OF_EACH, facts).await;
    let label = |n: u32| {
        let (token, user, now) = (id(2, n), id(1, n / OF_EACH), "2026-01-01");
        format!("{token}\t{realm}\t{user}\tT-{n}\t{now}\t\t{now}\n")
    };
    let columns = "token (id, realm_id, user_id, serial, created_at, created_by, updated_at)";
    copy(owner, columns, users * OF_EACH, label).await;
    let aims = "create table aim (id integer primary key, n integer) with (fillfactor = 70);
                create table shot (at timestamptz, aim integer, text text);
                insert into aim select n, 0 from generate_series(1, 100000) n;
                grant select, insert, update on aim, shot to tokendesk";
    owner.execute(sqlx::raw_sql(aims)).await.unwrap();
    // nobody here was entered by a deed: the job would write every user anew; `size` measures what it takes
    let job =
        "update job set due_at = now() + interval '1 year' where name = 'refresh_can_sign_in'";
    owner.execute(job).await.unwrap();
    owner.execute("vacuum analyze").await.unwrap();
}

async fn copy(owner: &PgPool, columns: &str, rows: u32, row: impl Fn(u32) -> String) {
    let mut connection = owner.acquire().await.unwrap();
    let sql = format!("copy {columns} from stdin");
    let mut copy = connection.copy_in_raw(&sql).await.unwrap();
    let mut part = String::with_capacity(1 << 20);
    for n in 0..rows {
        part.push_str(&row(n));
        if part.len() > 1_000_000 || n + 1 == rows {
            copy.send(part.as_bytes()).await.unwrap();
            part.clear();
        }
    }
    copy.finish().await.unwrap();
}
