//! What a check writes stays heap-only: no index stands in its way, also not the ones that the list of users
//! finds waiting and locked ones by.

use crate::desk::{Desk, NOW, accepted};
use domain::{Kind, Limit, Timestamp, Tries, TryState};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::time::Duration;

/// Updates of the tables that a check writes, and how many of them touched an index.
async fn updates(desk: &Desk) -> (i64, i64) {
    let hand_in = sqlx::query("select pg_stat_force_next_flush()");
    hand_in.execute(&desk.backend.db).await.unwrap();
    let sql = "select sum(n_tup_upd)::bigint, sum(n_tup_upd - n_tup_hot_upd)::bigint
               from pg_stat_user_tables where relname in ('user_auth', 'token_auth')";
    let counted = sqlx::query_as(sql).fetch_one(&desk.backend.db);
    counted.await.unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn right_and_wrong_codes_touch_no_index(db: PgPool) {
    let desk = Desk::new(&db);
    let person = desk.person("anna").await;
    let device = desk.token(&person, Kind::Hotp).await;
    // one connection, which can be told to hand in what it has counted
    let one = PgPoolOptions::new().max_connections(1);
    let one = one.connect_with((*db.connect_options()).clone()).await;
    let desk = Desk::new(&one.unwrap());
    let before = updates(&desk).await;
    let fails = Limit::TOKEN.wait_from();
    for n in 1..fails {
        let wrong = desk.verify("anna", &device.wrong(n.into())).await.unwrap();
        assert!(!accepted(&wrong));
    }
    let right = desk.verify("anna", &device.code(0)).await.unwrap();
    assert!(accepted(&right));
    let after = updates(&desk).await;
    assert_eq!(after.0 - before.0, i64::from(2 * fails));
    assert_eq!(after.1, before.1);
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
