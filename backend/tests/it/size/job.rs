//! The job that keeps the list, at size: what it reads is in proportion to what happened.

use super::lists::{Lists, ROWS};
use super::run;
use backend::users;
use domain::Timestamp;
use sqlx::PgPool;
use std::fmt::Write as _;

/// A run looks at what happened between these; the load has ten verifications there.
const RAN_AT: Timestamp = Timestamp::from_seconds(1_770_000_000);
const NOW: Timestamp = Timestamp::from_seconds(1_770_004_880);

/// Fifteen users whose instant has come, ten with a locked token and five who are locked, and twenty who hold a
/// token of a type that was edited. Of more it may be quicker to read these small tables whole.
const HAPPENED: &str = "
    create temp table nth as select id, row_number() over (order by id) as n from app_user;
    update app_user set derived_until = to_timestamp(1770000001)
    where id in (select id from nth where n between 1001 and 1015);
    update app_user set can_sign_in = true where id in (select id from nth where n between 2001 and 2015);
    update token_auth set failures = 50, retry_at = now()
    where user_id in (select id from nth where n between 2001 and 2010);
    update user_auth set failures = 100, retry_at = now()
    where user_id in (select id from nth where n between 2011 and 2015);
    update app_user set token_types = '{00000000-0000-7000-8000-000000000024}'
    where id in (select id from nth where n between 3001 and 3020);
    update token_type set updated_at = to_timestamp(1770000001) where slug = 'older-app';
    drop table nth;
    analyze;";

impl Lists {
    /// What is wrong with how a run reads; empty when nothing is.
    async fn complaint_of_a_run(&self) -> (u64, String) {
        let before = self.counted().await;
        let ran = users::refresh_since(&self.desk.backend, RAN_AT, NOW).await;
        let mut complaint = String::new();
        for (table, (whole, rows)) in self.counted().await {
            let (whole, rows) = (whole - before[&table].0, rows - before[&table].1);
            if whole > 0 || rows > ROWS {
                let _ = writeln!(
                    complaint,
                    "{rows} rows of {table}, {whole} times from end to end"
                );
            }
        }
        (ran.unwrap().looked_at, complaint)
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn the_job_reads_no_table_whole(db: PgPool) {
    let lists = Lists::new(&db).await;
    run(&lists.desk.backend.db, HAPPENED).await;
    let first = lists.complaint_of_a_run().await;
    assert_eq!(first, (50, String::new()));
    let second = lists.complaint_of_a_run().await;
    assert_eq!(second, (0, String::new()), "all is seen");
}

#[sqlx::test(migrations = "./migrations")]
async fn without_its_index_the_job_would_read_a_table_whole(db: PgPool) {
    let lists = Lists::new(&db).await;
    let db = &lists.desk.backend.db;
    run(db, HAPPENED).await;
    // a walk through this one is no better, and is not counted
    run(db, "drop index audit_user_id_at_idx").await;
    for index in [
        "app_user_derived_until_idx",
        "app_user_token_types_idx",
        "user_auth_halted_idx",
        "token_auth_halted_idx",
        "token_auth_user_id_idx",
        // the last one: of a partitioned index not all is said by its definition
        "audit_at_id_idx",
    ] {
        assert_eq!(lists.complaint_of_a_run().await.1, "");
        let made = sqlx::query_scalar("select pg_get_indexdef($1::regclass)").bind(index);
        let made: String = made.fetch_one(db).await.unwrap();
        run(db, &format!("drop index {index}")).await;
        let (_, complaint) = lists.complaint_of_a_run().await;
        assert_ne!(complaint, "", "nothing rests on {index}");
        run(db, &made).await;
    }
}
