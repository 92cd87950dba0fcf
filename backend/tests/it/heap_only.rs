//! What a check writes stays heap-only: no index stands in its way, also not the ones that the list of users
//! finds waiting and locked ones by. What it reads, it finds by an index.

use crate::desk::{Desk, NOW, accepted, request};
use crate::wait::ended;
use domain::{Kind, Limit, Timestamp, Tries, TryState};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::time::Duration;

/// Updates of the tables that a check writes, and how many of them touched an index; and how often a table
/// that a check uses was read from end to end.
async fn counts(only: &PgPool) -> [i64; 3] {
    ended(only).await;
    let sql = "select sum(n_tup_upd)::bigint, sum(n_tup_upd - n_tup_hot_upd)::bigint
               from pg_stat_user_tables where relname in ('user_auth', 'token_auth')";
    let whole = "select sum(seq_scan)::bigint from pg_stat_user_tables
                 where relname in ('user_auth', 'token_auth', 'app_user', 'token', 'request')";
    let (updates, beyond): (i64, i64) = sqlx::query_as(sql).fetch_one(only).await.unwrap();
    let whole: i64 = sqlx::query_scalar(whole).fetch_one(only).await.unwrap();
    [updates, beyond, whole]
}

#[sqlx::test(migrations = "./migrations")]
async fn right_and_wrong_codes_touch_no_index_and_read_no_table_whole(db: PgPool) {
    let options = (*db.connect_options()).clone();
    let desk = Desk::new(&db);
    let person = desk.person("anna").await;
    let device = desk.token(&person, Kind::Hotp).await;
    desk.backend.close().await;
    let only = PgPoolOptions::new().max_connections(1);
    let only = only.connect_with(options.clone()).await.unwrap();
    let before = counts(&only).await;
    let desk = Desk::new(&PgPool::connect_with(options).await.unwrap());
    let fails = Limit::TOKEN.wait_from();
    let ask = async |n: u32, code: String| {
        let mut caller = desk.client(NOW).await;
        caller.request = request(n.into(), &code);
        accepted(&desk.verify_as(caller, "anna", &code).await.unwrap())
    };
    for n in 1..fails {
        assert!(!ask(n, device.wrong(n.into())).await);
    }
    assert!(ask(fails, device.code(0)).await);
    desk.backend.close().await;
    let after = counts(&only).await;
    assert_eq!(after[0] - before[0], i64::from(2 * fails));
    assert_eq!(after[1..], before[1..]);
}

#[sqlx::test(migrations = "./migrations")]
async fn what_was_planned_for_empty_tables_finds_its_rows_where_there_are_many(db: PgPool) {
    let options = (*db.connect_options()).clone();
    let desk = Desk::new(&db);
    let person = desk.person("anna").await;
    let device = desk.token(&person, Kind::Hotp).await;
    let client = desk.client(NOW).await;
    let ask = async |n: u32, counter: u64| {
        let mut caller = client.clone();
        caller.request = request(n.into(), &device.code(counter));
        let told = desk.verify_as(caller, "anna", &device.code(counter)).await;
        assert!(accepted(&told.unwrap()));
    };
    // the connection of the checks plans now, for a table that is known to be empty, and is kept
    sqlx::query("vacuum analyze").execute(&db).await.unwrap();
    ask(1, 0).await;
    let many = "insert into request (asked_by, request_id, user_id, digest, at)
                select asked_by, gen_random_uuid(), user_id, digest, at
                from request, generate_series(1, 20000);
                insert into user_auth (user_id, realm_id, username_key)
                select gen_random_uuid(), realm_id, 'user' || n
                from generate_series(1, 20000) n, (select realm_id from user_auth
                                                   where username_key = 'anna') as anna;
                insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period)
                select gen_random_uuid(), gen_random_uuid(), type_id, kind, algorithm, digits, period
                from generate_series(1, 20000), (select * from token_auth where counter = 1) as hers";
    sqlx::raw_sql(many).execute(&db).await.unwrap();
    db.close().await;
    let only = PgPoolOptions::new().max_connections(1);
    let only = only.connect_with(options).await.unwrap();
    ask(2, 1).await;
    desk.backend.close().await;
    ended(&only).await;
    let read = "select indexrelname::text, idx_tup_read from pg_stat_user_indexes
                where idx_tup_read >= 5000";
    let read: Vec<(String, i64)> = sqlx::query_as(read).fetch_all(&only).await.unwrap();
    assert_eq!(read, [], "entries of indexes were read");
}

#[sqlx::test(migrations = "./migrations")]
async fn whoever_waits_or_is_locked_is_found(db: PgPool) {
    let desk = Desk::new(&db);
    let person = desk.person("anna").await;
    desk.token(&person, Kind::Hotp).await;
    let before = Timestamp(NOW.0 - 1);
    for (table, limit) in [("user_auth", Limit::USER), ("token_auth", Limit::TOKEN)] {
        let lock_at = limit.lock_at().unwrap();
        let mut last = Tries::default();
        for failures in 0..=lock_at {
            // as failures make it, and as whoever counted without waiting would have left it
            let bare = Tries {
                failures,
                retry_at: None,
            };
            for tries in [last, bare] {
                let sql = format!(
                    "update {table} set failures = $2, retry_at = to_timestamp($3)
                     where user_id = $1 returning halted"
                );
                let halted = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                    .bind(person.id.0)
                    .bind(i32::try_from(tries.failures).unwrap())
                    .bind(tries.retry_at.map(|at| at.seconds() as f64));
                let halted: bool = halted.fetch_one(&db).await.unwrap();
                let open = tries.state(limit, before) == TryState::Open;
                assert_eq!(halted, !open, "{table}: {tries:?}");
            }
            last = last.failed(limit, NOW.after(Duration::from_secs(1)));
        }
    }
}
