//! Rows that somebody holds or changes while a batch decides: nobody else suffers by it, and nothing is decided on
//! what has moved.

use crate::batch::transactions;
use crate::desk::{Desk, NOW, accepted, refused};
use crate::wait::{ended, hold, wait_for_a_held_check, wait_for_a_lock};
use backend::Error;
use backend::check::Checked;
use domain::check::Refusal;
use domain::{Kind, RealmId};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::time::{Duration, Instant};

#[sqlx::test(migrations = "./migrations")]
async fn whoever_holds_one_user_s_row_stops_nobody_else(db: PgPool) {
    let desk = Desk::new(&db);
    let [anna, ben] = [desk.person("anna").await, desk.person("ben").await];
    let [a, b] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Hotp).await,
    ];
    let holder = hold(&db, &anna).await;
    let asked = tokio::time::timeout(Duration::from_secs(60), async {
        let (code, others) = (a.code(0), async {
            wait_for_a_held_check(&db).await;
            let begun = Instant::now();
            for n in 0..5 {
                let told = desk.verify("ben", &b.code(n)).await.unwrap();
                assert!(accepted(&told), "{n}");
            }
            // a batch that waited for the row would hold each of these up for a second
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(2), "{took:?}");
            holder.rollback().await.unwrap();
        });
        tokio::join!(desk.verify("anna", &code), others).0
    });
    assert!(accepted(&asked.await.unwrap().unwrap()), "when it is free");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_batch_waits_for_no_row_that_somebody_holds(db: PgPool) {
    let options = (*db.connect_options()).clone();
    let desk = Desk::new(&db);
    let [anna, ben] = [desk.person("anna").await, desk.person("ben").await];
    let [a, b] = [
        desk.token(&anna, Kind::Hotp).await,
        desk.token(&ben, Kind::Hotp).await,
    ];
    let client = desk.client(NOW).await;
    let ask = async |name: &str, code: String| desk.verify_as(client.clone(), name, &code).await;
    let holder = hold(&db, &anna).await;
    let (one, ()) = tokio::join!(ask("anna", a.code(0)), async {
        assert!(accepted(&ask("ben", b.code(0)).await.unwrap()));
        holder.commit().await.unwrap();
    });
    assert!(accepted(&one.unwrap()));
    desk.backend.close().await;
    let only = PgPoolOptions::new().max_connections(1);
    let only = only.connect_with(options).await.unwrap();
    ended(&only).await;
    // whoever waits ends by an error, after the tenth of a second that a batch waits for anything
    let failed = "select xact_rollback from pg_stat_database where datname = current_database()";
    let failed: i64 = sqlx::query_scalar(failed).fetch_one(&only).await.unwrap();
    assert_eq!(failed, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn who_is_unknown_waits_for_no_decoy_and_makes_nobody_wait(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let client = desk.client(NOW).await;
    let ask = async |name: &str, code: String| {
        let told = desk.verify_as(client.clone(), name, &code).await;
        told.unwrap()
    };
    let mut holder = db.begin().await.unwrap();
    let decoys =
        "select from user_auth u join token_auth t using (user_id) where realm_id = $1 for update";
    sqlx::query(decoys)
        .bind(RealmId::DECOYS.0)
        .execute(&mut *holder)
        .await
        .unwrap();
    let told = tokio::join!(
        ask("nobody", device.code(0)),
        ask("anna", device.code(0)),
        ask("no one", device.code(0))
    );
    assert_eq!(transactions(&desk).await, 1);
    assert!(accepted(&told.1));
    let unknown = refused(Refusal::Unknown);
    assert_eq!([told.0, told.2], [unknown.clone(), unknown]);
    holder.rollback().await.unwrap();
}

#[sqlx::test(migrations = "./migrations")]
async fn a_row_that_is_held_for_long_is_told_as_later_and_counts_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let holder = hold(&db, &anna).await;
    let told = desk.verify("anna", &device.wrong(0)).await;
    assert!(matches!(told, Err(Error::Overloaded(_))), "{told:?}");
    holder.rollback().await.unwrap();
    assert_eq!(desk.failures(&anna).await, 0);
    assert!(accepted(
        &desk.verify("anna", &device.code(0)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_counter_that_moved_past_the_lock_is_decided_on_again(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    // somebody spends the first code and has not asked for the user's row
    let mut other = db.begin().await.unwrap();
    sqlx::query("update token_auth set counter = 1 where token_id = $1")
        .bind(device.token.0)
        .execute(&mut *other)
        .await
        .unwrap();
    let code = device.code(0);
    let (told, ()) = tokio::join!(desk.verify("anna", &code), async {
        wait_for_a_lock(&db, 1).await;
        other.commit().await.unwrap();
    });
    assert_eq!(told.unwrap(), refused(Refusal::CodeUsed));
    let counter = "select counter from token_auth where token_id = $1";
    assert_eq!(desk.number(counter, device.token.0).await, 1);
    assert_eq!(desk.failures(&anna).await, 1);
}

/// The answer to a right code where this is done between the check's reading and its writing.
async fn with_meanwhile(db: &PgPool, sql: &'static str) -> Checked {
    let desk = Desk::new(db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    // may be read, and not be locked by others
    let mut other = db.begin().await.unwrap();
    sqlx::query("lock table user_auth in exclusive mode")
        .execute(&mut *other)
        .await
        .unwrap();
    let code = device.code(0);
    let (told, ()) = tokio::join!(desk.verify("anna", &code), async {
        wait_for_a_lock(db, 1).await;
        let anna = sqlx::query(sql).bind(anna.id.0);
        anna.execute(&mut *other).await.unwrap();
        other.commit().await.unwrap();
    });
    told.unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_user_who_was_disabled_after_the_reading_is_refused(db: PgPool) {
    let sql = "update user_auth set disabled_at = now() where user_id = $1";
    let told = with_meanwhile(&db, sql).await;
    assert_eq!(told, refused(Refusal::UserDisabled));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_token_that_was_disabled_after_the_reading_is_refused(db: PgPool) {
    let sql = "update token_auth set disabled_at = now() where user_id = $1";
    assert_eq!(with_meanwhile(&db, sql).await, refused(Refusal::Disabled));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_user_who_was_renamed_after_the_reading_is_not_known_by_the_old_name(db: PgPool) {
    let sql = "update user_auth set username_key = 'bertha' where user_id = $1";
    assert_eq!(with_meanwhile(&db, sql).await, refused(Refusal::Unknown));
}
