//! What a start of the server must never leave behind: a wrong key, a right too many.

use crate::desk::NOW;
use crate::wait::wait_for_a_lock;
use backend::seal::{self, KeyRing, SealError};
use backend::{Error, migrate};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn of_two_first_starts_with_keys_of_their_own_one_stops(db: PgPool) {
    // both have looked and found no canary before either lays one down
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table key_canary in share row exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let starts = [(); 2].map(|()| {
        let db = db.clone();
        let ring = KeyRing::generate().unwrap();
        tokio::spawn(async move { seal::open(&db, &ring, NOW).await })
    });
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let mut served = 0;
    for start in starts {
        match start.await.unwrap() {
            Ok(()) => served += 1,
            Err(Error::Seal(SealError::WrongKey(id))) => assert_eq!(id, "1"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(served, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn grants_that_stop_half_way_give_nothing(db: PgPool) {
    let run = async |sql: &'static str| {
        sqlx::query(sql).execute(&db).await.unwrap();
    };
    // a role that every cluster has, so that the test needs no right to make one
    let role = "pg_monitor";
    run("select make_audit_partitions(now(), 2)").await;
    run("alter function make_audit_partitions rename to made_audit_partitions").await;
    let granted = migrate::grant(&db, role).await;
    let may_delete = "select has_table_privilege($1, inhrelid, 'delete') from pg_inherits
                      where inhparent = 'audit'::regclass
                      union all select has_table_privilege($1, 'app_user', 'select')";
    let may = async || -> Vec<bool> {
        let may = sqlx::query_scalar(may_delete).bind(role);
        may.fetch_all(&db).await.unwrap()
    };
    let half = may().await;
    run("alter function made_audit_partitions rename to make_audit_partitions").await;
    let whole = migrate::grant(&db, role).await;
    let all = may().await;
    assert!(granted.is_err());
    assert_eq!(
        half, [false; 4],
        "of each part of the audit, and of a table"
    );
    whole.unwrap();
    assert_eq!(all, [false, false, false, true]);
}
