//! Users, tokens and their past, by COPY: rows first, indexes afterwards, as a dump is restored.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use super::people::{Person, TOKENS, kind, pick, serial, token_id, user_id};

/// Rows of the audit for each user.
const PAST: u64 = 20;
/// Somebody guesses at the first user: so much of the audit's end, in hundredths of all of it.
const GUESSES: u64 = 1;
/// Bytes that are sent at once.
const PIECE: usize = 1 << 20;
/// Days back to which the audit goes.
const DAYS: u64 = 700;

const DEFAULT: &str = "00000000-0000-7000-8000-000000000002";
/// Every tenth user is of this realm.
pub const CLINIC: &str = "00000000-0000-7000-8000-00000000000a";

const WORLD: &str = "
    insert into realm (id, name, display_name, created_at) values
        ('00000000-0000-7000-8000-00000000000a', 'clinic', 'Clinic', now());
    insert into token_type (id, slug, kind, icon, position, obsolete_since, grace_until, created_at,
        updated_at)
    values ('00000000-0000-7000-8000-000000000023', 'old-app', 'totp', 'smartphone', 3,
        now() - interval '30 days', now() + interval '60 days', now(), now());
    insert into token_type_name (type_id, language, name)
    values ('00000000-0000-7000-8000-000000000023', 'en', 'Old app');
    select make_audit_partitions(now() - interval '700 days', 26);
    update job set due_at = now() + interval '1 year' where name = 'refresh_can_sign_in'";

/// Fills an empty database. `superuser` may leave foreign keys unchecked.
pub async fn load(superuser: &mut PgConnection, users: u64) {
    superuser.execute(WORLD).await.unwrap();
    let fast = "set session_replication_role = replica; set maintenance_work_mem = '1GB'";
    superuser.execute(fast).await.unwrap();
    let indexes = drop_indexes(superuser).await;
    users_and_tokens(superuser, users).await;
    audit(superuser, users).await;
    for index in indexes {
        superuser.execute(AssertSqlSafe(index)).await.unwrap();
    }
    superuser.execute("vacuum (analyze)").await.unwrap();
}

/// Drops what no constraint rests on, and gives the statements that make it again.
async fn drop_indexes(superuser: &mut PgConnection) -> Vec<String> {
    let found = sqlx::query_as::<_, (String, String)>(
        "select indexrelid::regclass::text, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
         from pg_index i join pg_class c on c.oid = i.indexrelid
         where indrelid::regclass::text in ('app_user', 'user_auth', 'last_use', 'contact', 'token',
                 'token_auth', 'audit')
             and not c.relispartition
             and not exists (select from pg_constraint where conindid = i.indexrelid)",
    );
    let found = found.fetch_all(&mut *superuser).await.unwrap();
    for (name, _) in &found {
        let drop = format!("drop index {name}");
        superuser.execute(AssertSqlSafe(drop)).await.unwrap();
    }
    found.into_iter().map(|(_, make)| make).collect()
}

async fn users_and_tokens(to: &mut PgConnection, users: u64) {
    let tokens = users * TOKENS;
    copy(
        to,
        "user_auth (user_id, realm_id, username_key, failures, retry_at)",
        users,
        |text, n| {
            let (failures, until) = if n % 5_000 == 17 {
                (11, "2099-01-01")
            } else {
                (0, "\\N")
            };
            let username = Person::number(n).username;
            row(
                text,
                &[&user_id(n), &realm(n), &username, &failures, &until],
            );
        },
    )
    .await;
    let columns =
        "app_user (id, realm_id, username, given_name, family_name, department, sort_name,
        search, phones, can_sign_in, token_types, created_at, updated_at)";
    copy(to, columns, users, |text, n| {
        let it = Person::number(n);
        let search = [it.given, &it.family, &it.username]
            .join("\\n")
            .to_lowercase();
        let serials = (0..TOKENS).map(|k| serial(n * TOKENS + k).to_lowercase());
        let search = serials.fold(search, |text, serial| text + "\\n" + &serial);
        let sort_name = format!("{} {}", it.family, it.given).to_lowercase();
        let mut types = [0, 1].map(|k| token_type(n * TOKENS + k));
        types.sort_unstable();
        let types = format!("{{{},{}}}", types[0], types[1]);
        let made = "2025-01-01";
        row(
            text,
            &[
                &user_id(n),
                &realm(n),
                &it.username,
                &it.given,
                &it.family,
                &it.department,
                &sort_name,
                &search,
                &it.phone,
                &(n % 40 != 2),
                &types,
                &made,
                &made,
            ],
        );
    })
    .await;
    copy(
        to,
        "contact (id, user_id, kind, value, preferred)",
        users,
        |text, n| {
            let value = format!("+{}", Person::number(n).phone);
            row(text, &[&user_id(n), &user_id(n), &"phone", &value, &"t"]);
        },
    )
    .await;
    copy(to, "last_use (user_id, at)", users, |text, n| {
        row(text, &[&user_id(n), &used(n).unwrap_or("-infinity".into())]);
    })
    .await;
    copy(to, "serial_given (serial)", tokens, |text, n| {
        row(text, &[&serial(n)])
    })
    .await;
    let columns =
        "token_auth (token_id, user_id, type_id, kind, algorithm, digits, period, last_used_at,
        seed_sealed)";
    copy(to, columns, tokens, |text, n| {
        let used = used(n / TOKENS).unwrap_or("\\N".into());
        let seed = format!("\\\\x{:0120x}", n);
        row(
            text,
            &[
                &token_id(n),
                &user_id(n / TOKENS),
                &token_type(n),
                &kind(n),
                &"SHA1",
                &6,
                &30,
                &used,
                &seed,
            ],
        );
    })
    .await;
    let columns = "token (id, realm_id, user_id, serial, created_at, created_by, updated_at)";
    copy(to, columns, tokens, |text, n| {
        let (user, made) = (n / TOKENS, "2025-01-01");
        row(
            text,
            &[
                &token_id(n),
                &realm(user),
                &user_id(user),
                &serial(n),
                &made,
                &"load",
                &made,
            ],
        );
    })
    .await;
}

async fn audit(to: &mut PgConnection, users: u64) {
    let rows = users * PAST;
    let guesses = rows - rows * GUESSES / 100;
    let now = server::open::now().seconds() as u64;
    let columns =
        "audit (at, realm_id, actor_kind, actor_id, actor_name, via, address, action, purpose,
        user_id, username, token_id, serial, result, reason, trace_id)";
    copy(to, columns, rows, |text, n| {
        let at = now - 60 - (rows - n) * (DAYS * 86_400) / rows;
        let at = jiff::Timestamp::from_second(at as i64).unwrap();
        let (user, nth) = (pick(n, users), pick(n, 7_919));
        let deeds = ["token.test", "token.enrol", "token.reset", "token.enable"];
        let (user, action, result) = match nth {
            _ if n >= guesses => (0, "token.verify", "refused"),
            0..200 => (user, deeds[(nth % 4) as usize], "done"),
            200..600 => (user, "token.verify", "failed"),
            _ => (user, "token.verify", "done"),
        };
        let (token, who) = (user * TOKENS + nth % TOKENS, Person::number(user).username);
        let client = "01900000-0000-7000-8000-c00000000000";
        let (reason, token, serial) = match result {
            "refused" => ("unknown", "\\N".to_owned(), "\\N".to_owned()),
            _ => ("\\N", token_id(token).to_string(), serial(token)),
        };
        row(
            text,
            &[
                &at,
                &realm(user),
                &"client",
                &client,
                &"wiki",
                &"api",
                &"10.20.30.40",
                &action,
                &"verification",
                &user_id(user),
                &who,
                &token,
                &serial,
                &result,
                &reason,
                &token_id(n),
            ],
        );
    })
    .await;
}

fn realm(user: u64) -> &'static str {
    if user % 10 == 3 { CLINIC } else { DEFAULT }
}

fn token_type(token: u64) -> &'static str {
    match kind(token) {
        "totp" if token / TOKENS % 20 == 6 => "00000000-0000-7000-8000-000000000023",
        "totp" => "00000000-0000-7000-8000-000000000021",
        _ => "00000000-0000-7000-8000-000000000022",
    }
}

fn used(user: u64) -> Option<String> {
    let ago = pick(user, 8_000_000) as i64;
    let at = jiff::Timestamp::from_second(server::open::now().seconds() / 86_400 * 86_400 - ago);
    (!user.is_multiple_of(4)).then(|| at.unwrap().to_string())
}

fn row(text: &mut String, values: &[&dyn std::fmt::Display]) {
    for (at, value) in values.iter().enumerate() {
        let between = if at == 0 { "" } else { "\t" };
        write!(text, "{between}{value}").unwrap();
    }
    text.push('\n');
}

async fn copy(to: &mut PgConnection, table: &str, rows: u64, line: impl Fn(&mut String, u64)) {
    let mut copy = to
        .copy_in_raw(&format!("copy {table} from stdin"))
        .await
        .unwrap();
    let mut text = String::new();
    for n in 0..rows {
        line(&mut text, n);
        if text.len() > PIECE {
            copy.send(text.as_bytes()).await.unwrap();
            text.clear();
        }
    }
    copy.send(text.as_bytes()).await.unwrap();
    copy.finish().await.unwrap();
}
