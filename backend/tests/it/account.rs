//! An operator's new password: what it holds meanwhile, and what a double click does.

use crate::desk::{Desk, request};
use crate::operator::{NOW, STEP, Works, after, nobody};
use backend::account::{Changed, change_password};
use backend::auth::password::Password;
use backend::{Caller, sessions};
use sqlx::PgPool;
use std::time::Duration;

const GOOD: &str = "correct horse battery";
const NEW: &str = "another long one";

async fn jana(works: &Works) -> Caller {
    let mut caller = nobody(after(NOW, 30));
    caller.actor = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    caller
}

async fn failures(db: &PgPool) -> i32 {
    let both =
        "select o.password_failures + a.failures from operator o join user_auth a using (user_id)";
    sqlx::query_scalar(both).fetch_one(db).await.unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_new_password_never_holds_two_connections(db: PgPool) {
    let works = Works::new(&db).await;
    let caller = jana(&works).await;
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(3));
    let pool = pool.connect_with((*db.connect_options()).clone()).await;
    let narrow = Desk::new(&pool.unwrap()).backend;
    let (old, new) = (Password::typed(GOOD), Password::typed(NEW));
    let code = works.code(STEP + 1);
    let changed = change_password(&narrow, &caller, &old, &new, &code).await;
    assert_eq!(changed.unwrap(), Changed::Done);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_double_click_changes_the_password_once_and_counts_nothing(db: PgPool) {
    let works = Works::new(&db).await;
    let mut caller = jana(&works).await;
    caller.request = request(1, "change");
    let (old, new) = (Password::typed(GOOD), Password::typed(NEW));
    let code = works.code(STEP + 1);
    let click = || change_password(&works.backend, &caller, &old, &new, &code);
    let (first, second) = tokio::join!(click(), click());
    for changed in [first, second, click().await] {
        assert_eq!(changed.unwrap(), Changed::Done);
    }
    assert_eq!(failures(&db).await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_audit_knows_the_username_and_not_only_the_name(db: PgPool) {
    let works = Works::new(&db).await;
    let caller = jana(&works).await;
    let (old, new) = (Password::typed("not this one"), Password::typed(NEW));
    let refused = change_password(&works.backend, &caller, &old, &new, "123456").await;
    assert_eq!(refused.unwrap(), Changed::WrongPassword);
    let others = "select count(*) from audit a join app_user u on u.id = a.user_id
         where a.username is distinct from u.username";
    let others: i64 = sqlx::query_scalar(others).fetch_one(&db).await.unwrap();
    assert_eq!(others, 0);
}
