//! Removing a user: what goes, what stays, and what the audit keeps.

use crate::desk::{Desk, NOW, accepted, refused, request};
use crate::manage::{anna, officer, person};
use crate::users::{find, usernames, words};
use crate::wait::{wait_for_a_held_check, wait_for_a_lock};
use backend::Error;
use backend::users;
use domain::Kind;
use domain::check::Refusal;
use sqlx::PgPool;
use std::sync::Arc;

/// What the audit keeps of each token and enrolment that went: deed and name, and what it was.
pub async fn gone(db: &PgPool) -> Vec<([String; 2], serde_json::Value)> {
    let sql = "select action, object_name, coalesce(changes, 'null') from audit
               where action in ('token.delete', 'enrolment.cancel') order by id";
    let rows: Vec<(String, String, serde_json::Value)> =
        sqlx::query_as(sql).fetch_all(db).await.unwrap();
    rows.into_iter()
        .map(|(action, name, kept)| ([action, name], kept))
        .collect()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_deleted_user_leaves_names_in_the_audit_and_fobs_in_stock(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, mut caller) = (anna(&desk).await, officer(&desk).await);
    let soft = desk.token(&person(user, "anna"), Kind::Hotp).await;
    let fob = desk.token(&person(user, "anna"), Kind::Totp).await;
    desk.set(
        "update token_auth set kind = 'hardware', failures = 3 where token_id = $1",
        fob.token.0,
    )
    .await;
    desk.set(
        "with given as (insert into serial_given values ('HOTP-WAITING') returning serial)
         insert into enrolment (id, realm_id, user_id, type_id, serial, algorithm, digits, period,
             seed_sealed, started_at, started_by, ends_at)
         select gen_random_uuid(), u.realm_id, u.id, t.id, serial, 'SHA1', 6, 30, '', now(), '', now()
         from given, app_user u, token_type t where u.id = $1 and t.kind = 'hotp'",
        user.0,
    )
    .await;
    assert!(accepted(&desk.verify("anna", &soft.code(0)).await.unwrap()));
    desk.set(
        "update token set description = 'Tablet' where id = $1",
        soft.token.0,
    )
    .await;
    let other = users::delete(&desk.backend, &caller, user, "anna2").await;
    assert!(matches!(other, Err(Error::OtherName)));
    assert_eq!(
        usernames(&find(&desk, &caller, words("anna")).await),
        ["anna"]
    );

    caller.request = request(7, "delete anna");
    for _ in 0..2 {
        users::delete(&desk.backend, &caller, user, " ANNA ")
            .await
            .unwrap();
    }
    for left in [
        "select count(*) from app_user where id = $1",
        "select count(*) from user_auth where user_id = $1",
        "select count(*) from token where user_id = $1",
        "select count(*) from token_auth where user_id = $1",
        "select count(*) from enrolment where user_id = $1",
        "select count(*) from contact where user_id = $1",
    ] {
        assert_eq!(desk.number(left, user.0).await, 0, "{left}");
    }
    let stock = "select count(*) from token n join token_auth t on t.token_id = n.id
                 where n.id = $1 and n.user_id is null and t.user_id is null and t.failures = 0
                   and t.seed_sealed is not null";
    assert_eq!(desk.number(stock, fob.token.0).await, 1);
    let told: (String, serde_json::Value) = sqlx::query_as(
        "select username, changes from audit where action = 'user.delete' and result = 'done'",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(told.0, "anna");
    assert_eq!(told.1["tokens"][0][0], soft.serial.as_str());
    assert_eq!(told.1["to_stock"][0], fob.serial.as_str());
    let gone = gone(&db).await;
    let waiting = ["enrolment.cancel", "HOTP app"].map(str::to_owned);
    let deleted = ["token.delete", "HOTP app, Tablet"].map(str::to_owned);
    let named: Vec<_> = gone.iter().map(|it| it.0.clone()).collect();
    assert_eq!(named, [waiting, deleted], "the fob stays");
    let kept = &gone[1].1;
    assert_eq!(kept["type"][0], "HOTP app");
    assert_eq!(kept["last_used"][0], NOW.seconds());
    assert!(kept["created"][0].is_i64(), "{kept}");
    let keyed = "select count(*) from audit where user_id = $1 and action = 'token.delete'
                 and token_id is not null and serial is not null and username = 'anna'";
    assert_eq!(desk.number(keyed, user.0).await, 1);
    assert_eq!(
        desk.verify("anna", &soft.code(0)).await.unwrap(),
        refused(Refusal::Unknown)
    );
    // the name is free again
    anna(&desk).await;
}

#[sqlx::test(migrations = "./migrations")]
async fn a_code_that_comes_while_the_user_is_deleted_is_refused(db: PgPool) {
    let desks = [
        Arc::new(Desk::another(&db).await),
        Arc::new(Desk::another(&db).await),
    ];
    let (user, caller) = (anna(&desks[0]).await, officer(&desks[0]).await);
    let device = desks[0].token(&person(user, "anna"), Kind::Hotp).await;
    let mut held = db.begin().await.unwrap();
    let lock = "select from user_auth where user_id = $1 for no key update";
    sqlx::query(lock)
        .bind(user.0)
        .execute(&mut *held)
        .await
        .unwrap();
    let desk = Arc::clone(&desks[0]);
    let deleting =
        tokio::spawn(async move { users::delete(&desk.backend, &caller, user, "anna").await });
    wait_for_a_lock(&db, 1).await;
    let desk = Arc::clone(&desks[1]);
    let verifying = tokio::spawn(async move { desk.verify("anna", &device.code(0)).await });
    wait_for_a_held_check(&db).await;
    held.commit().await.unwrap();
    deleting.await.unwrap().unwrap();
    let checked = verifying.await.unwrap().unwrap();
    assert_eq!(checked, refused(Refusal::Unknown));
}
