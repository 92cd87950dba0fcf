//! Runs of the job that keeps the users list: what one did not do is done by the next.

use crate::desk::{Desk, Device, NOW, Person, accepted};
use crate::refresh::{can_sign_in, last_use, later};
use crate::token_types::{HOTP, ends, save};
use crate::wait::wait_for_a_lock;
use backend::jobs::{Job, run_if_due};
use domain::{Kind, Timestamp};
use sqlx::PgPool;

const JOB: Job = Job::RefreshCanSignIn;

/// Anna, whom the job knows, and Ben, of whom only a run over everybody would see that he used his token.
struct Known {
    desk: Desk,
    anna: Person,
    device: Device,
    ben: Person,
}

impl Known {
    async fn new(db: &PgPool) -> Self {
        let desk = Desk::new(db);
        let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
        let device = desk.token(&anna, Kind::Hotp).await;
        let other = desk.token(&ben, Kind::Totp).await;
        let due = "update job set due_at = $1, ran_at = null where name = 'refresh_can_sign_in'";
        let due = sqlx::query(due).bind(backend::instant::column(NOW));
        due.execute(db).await.unwrap();
        let known = Self {
            desk,
            anna,
            device,
            ben,
        };
        known.run(NOW).await;
        assert!(can_sign_in(&known.desk, &known.anna).await);
        let used =
            "update token_auth set last_used_at = to_timestamp(1780000050) where token_id = $1";
        known.desk.set(used, other.token.0).await;
        known
    }

    async fn run(&self, now: Timestamp) {
        let ran = run_if_due(&self.desk.backend, JOB, now).await;
        assert!(ran.unwrap(), "it is not due");
    }

    async fn verify_at(&self, now: Timestamp, counter: u64) {
        let code = self.device.code(counter);
        assert!(accepted(&self.desk.verify_at(now, "anna", &code).await));
    }

    /// The seconds of Anna's last use, as the job saw it; nobody looked at everybody.
    async fn seen(&self) -> i64 {
        assert_eq!(
            last_use(&self.desk, &self.ben).await,
            0,
            "all were looked at"
        );
        last_use(&self.desk, &self.anna).await
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn each_run_looks_at_what_happened_since_the_one_before(db: PgPool) {
    let known = Known::new(&db).await;
    known.verify_at(later(60), 0).await;
    known.run(later(300)).await;
    assert_eq!(known.seen().await, later(60).seconds());
    known.verify_at(later(310), 1).await;
    known.run(later(600)).await;
    assert_eq!(known.seen().await, later(310).seconds());
    // long past: what a run has seen, the next one does not read again
    let forget = "update last_use set at = '-infinity' where user_id = $1";
    known.desk.set(forget, known.anna.id.0).await;
    known.run(later(900)).await;
    assert_eq!(known.seen().await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_time_of_a_run_that_failed_is_covered_by_the_next(db: PgPool) {
    let known = Known::new(&db).await;
    known.verify_at(later(60), 0).await;
    let rename = async |sql: &'static str| {
        sqlx::query(sql).execute(&db).await.unwrap();
    };
    rename("alter table app_user rename to hidden").await;
    let failed = run_if_due(&known.desk.backend, JOB, later(600)).await;
    assert!(failed.is_err());
    rename("alter table hidden rename to app_user").await;
    assert_eq!(known.seen().await, 0);
    known.run(later(900)).await;
    assert_eq!(known.seen().await, later(60).seconds());
}

#[sqlx::test(migrations = "./migrations")]
async fn the_time_of_a_run_that_died_is_covered_by_the_next(db: PgPool) {
    let known = Known::new(&db).await;
    known.verify_at(later(60), 0).await;
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table app_user in access exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let backend = known.desk.backend.clone();
    let run = tokio::spawn(async move { run_if_due(&backend, JOB, later(600)).await });
    wait_for_a_lock(&db, 1).await;
    run.abort();
    assert!(run.await.is_err_and(|error| error.is_cancelled()));
    holder.rollback().await.unwrap();
    assert_eq!(known.seen().await, 0);
    known.run(later(900)).await;
    assert_eq!(known.seen().await, later(60).seconds());
}

#[sqlx::test(migrations = "./migrations")]
async fn a_holder_of_an_edited_type_who_was_held_is_seen_by_the_next_run(db: PgPool) {
    let known = Known::new(&db).await;
    let saved = save(&known.desk, HOTP, |it| it.obsolete = ends(None, None));
    saved.await.unwrap();
    let mut check = db.begin().await.unwrap();
    sqlx::query("select from user_auth where user_id = $1 for no key update")
        .bind(known.anna.id.0)
        .execute(&mut *check)
        .await
        .unwrap();
    known.run(later(600)).await;
    check.rollback().await.unwrap();
    assert!(can_sign_in(&known.desk, &known.anna).await);
    known.run(later(900)).await;
    assert!(!can_sign_in(&known.desk, &known.anna).await);
    known.seen().await;
}

#[sqlx::test(migrations = "./migrations")]
async fn the_migration_lays_down_what_is_derived_and_writes_nobody_else(db: PgPool) {
    let desk = Desk::new(&db);
    let soon = ["now() + interval '1 hour'", "null", "null"];
    let later = [
        "now() + interval '3 hours'",
        "now()",
        "now() + interval '2 hours'",
    ];
    let past = [
        "now() - interval '1 hour'",
        "now()",
        "now() - interval '1 minute'",
    ];
    for (name, [expires, off, until]) in [
        ("soon", soon),
        ("later", later),
        ("past", past),
        ("none", ["null", "now()", "null"]),
    ] {
        let person = desk.person(name).await;
        let device = desk.token(&person, Kind::Totp).await;
        let dates = format!(
            "update token_auth set expires_at = {expires}, disabled_at = {off},
                 disabled_until = {until} where token_id = $1"
        );
        let dates = sqlx::query(sqlx::AssertSqlSafe(dates)).bind(device.token.0);
        dates.execute(&db).await.unwrap();
    }
    let undo = "alter table app_user drop column derived_until;
                create table before as select id, xmin::text as version from app_user";
    sqlx::raw_sql(undo).execute(&db).await.unwrap();
    let migration = include_str!("../../migrations/0017_derived_until.sql");
    sqlx::raw_sql(migration).execute(&db).await.unwrap();
    let of = async |sql| -> Vec<String> { sqlx::query_scalar(sql).fetch_all(&db).await.unwrap() };
    let written = "select username from app_user u join before b using (id)
                   where u.xmin::text <> b.version order by username";
    assert_eq!(of(written).await, ["later", "soon"]);
    let laid_down = "select username || ' ' || coalesce(derived_until::text, 'for ever')
                     from app_user order by username";
    let before = of(laid_down).await;
    let now = "select (extract(epoch from now()) * 1000000)::bigint";
    let now: i64 = sqlx::query_scalar(now).fetch_one(&db).await.unwrap();
    backend::users::refresh_all(&desk.backend, Timestamp(now))
        .await
        .unwrap();
    assert_eq!(of(laid_down).await, before);
}
