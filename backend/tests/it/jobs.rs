//! The job that brings the users list up to date stands in nobody's way.

use crate::desk::{Desk, NOW, Person};
use backend::jobs::{Job, run_if_due};
use backend::users;
use domain::Kind;
use sqlx::PgPool;
use std::time::Duration;

async fn can_sign_in(desk: &Desk, person: &Person) -> bool {
    let sql = "select can_sign_in::int::bigint from app_user where id = $1";
    desk.number(sql, person.id.0).await == 1
}

#[sqlx::test(migrations = "./migrations")]
async fn a_user_who_is_held_is_left_for_the_next_run(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
    for person in [&anna, &ben] {
        desk.token(person, Kind::Totp).await;
    }
    let mut check = db.begin().await.unwrap();
    sqlx::query("select from user_auth where user_id = $1 for no key update")
        .bind(anna.id.0)
        .execute(&mut *check)
        .await
        .unwrap();
    let refreshed = users::refresh_all(&desk.backend, NOW);
    let soon = tokio::time::timeout(Duration::from_secs(5), refreshed).await;
    soon.expect("it waits for the user's check").unwrap();
    assert!(!can_sign_in(&desk, &anna).await && can_sign_in(&desk, &ben).await);
    check.rollback().await.unwrap();
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    assert!(can_sign_in(&desk, &anna).await);
}

#[sqlx::test(migrations = "./migrations")]
async fn nobody_is_locked_who_is_up_to_date(db: PgPool) {
    let desk = Desk::new(&db);
    for n in 0..300 {
        desk.person(&format!("user{n:03}")).await;
    }
    let last = desk.person("zoe").await;
    desk.token(&last, Kind::Totp).await;
    // who has locked a row last stands in the row
    sqlx::query("create table before as select user_id, xmax::text as locker from user_auth")
        .execute(&db)
        .await
        .unwrap();
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let locked: i64 = sqlx::query_scalar(
        "select count(*) from user_auth a join before b using (user_id)
         where a.xmax::text <> b.locker",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(locked, 1);
    assert!(can_sign_in(&desk, &last).await);
}

#[sqlx::test(migrations = "./migrations")]
async fn its_row_is_free_while_it_runs_and_nobody_else_runs_it(db: PgPool) {
    let desk = Desk::new(&db);
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table app_user in access exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let job = Job::RefreshCanSignIn;
    let far = NOW.after(Duration::from_secs(60 * 60 * 24 * 365));
    let backend = desk.backend.clone();
    let run = tokio::spawn(async move { run_if_due(&backend, job, far).await });
    crate::wait::wait_for_a_lock(&db, 1).await;
    let free: Option<String> =
        sqlx::query_scalar("select name from job where name = $1 for update skip locked")
            .bind(job.as_str())
            .fetch_optional(&db)
            .await
            .unwrap();
    assert_eq!(
        free.as_deref(),
        Some(job.as_str()),
        "the claim is committed"
    );
    assert!(!run_if_due(&desk.backend, job, far).await.unwrap());
    holder.rollback().await.unwrap();
    assert!(run.await.unwrap().unwrap());
}

#[sqlx::test(migrations = "./migrations")]
async fn a_run_that_failed_is_due_again(db: PgPool) {
    let desk = Desk::new(&db);
    let job = Job::RefreshCanSignIn;
    let far = NOW.after(Duration::from_secs(60 * 60 * 24 * 365));
    let rename = async |sql: &'static str| {
        sqlx::query(sql).execute(&db).await.unwrap();
    };
    rename("alter table app_user rename to hidden").await;
    assert!(run_if_due(&desk.backend, job, far).await.is_err());
    rename("alter table hidden rename to app_user").await;
    assert!(run_if_due(&desk.backend, job, far).await.unwrap());
}

#[sqlx::test(migrations = "./migrations")]
async fn the_list_s_own_facts_follow(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let (app, counter) = (
        desk.token(&anna, Kind::Totp).await,
        desk.token(&anna, Kind::Hotp).await,
    );
    let facts = async |expected: (&str, i64)| {
        users::refresh_all(&desk.backend, NOW).await.unwrap();
        let kinds = "select coalesce(string_agg(kind, ' ' order by kind), '') from token_type
                     where id = any((select token_types from app_user where id = $1)::uuid[])";
        let kinds = sqlx::query_scalar(kinds).bind(anna.id.0);
        let kinds: String = kinds.fetch_one(&db).await.unwrap();
        let used = "select coalesce(extract(epoch from nullif(at, '-infinity')), 0)::bigint
                    from last_use where user_id = $1";
        assert_eq!(
            (kinds.as_str(), desk.number(used, anna.id.0).await),
            expected
        );
    };
    facts(("hotp totp", 0)).await;
    let used = "update token_auth set last_used_at = to_timestamp(1700000000) where token_id = $1";
    desk.set(used, app.token.0).await;
    let off = "update token_auth set disabled_at = to_timestamp(0) where token_id = $1";
    desk.set(off, counter.token.0).await;
    facts(("totp", 1_700_000_000)).await;
    // a date on which it ended by itself
    let ended = "update token_auth set disabled_until = to_timestamp(1) where token_id = $1";
    desk.set(ended, counter.token.0).await;
    facts(("hotp totp", 1_700_000_000)).await;
    desk.set("delete from token where id = $1", app.token.0)
        .await;
    desk.set("delete from token_auth where token_id = $1", app.token.0)
        .await;
    facts(("hotp", 0)).await;
}
