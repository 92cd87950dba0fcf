//! Disabling and enabling a user.

use crate::desk::{Desk, NOW, accepted, refused};
use crate::manage::{MANAGES, anna, officer, person};
use crate::users::{make, operator};
use backend::Error;
use backend::Switched;
use backend::users::{self};
use domain::check::Refusal;
use domain::{Kind, RealmId, Reason};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_user_verifies_nothing_until_enabled(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, caller) = (anna(&desk).await, officer(&desk).await);
    let device = desk.token(&person(user, "anna"), Kind::Hotp).await;
    let reason = Reason::parse("On leave").unwrap();
    let done = users::disable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert!(matches!(done, Switched::Done { name } if name == "Anna Keller"));
    let checked = desk.verify("anna", &device.code(0)).await.unwrap();
    assert_eq!(checked, refused(Refusal::UserDisabled));
    let again = users::disable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    let already = Switched::Already {
        name: "Anna Keller".to_owned(),
        by: Some("Ingrid".to_owned()),
        at: Some(NOW),
    };
    assert_eq!(again, already);
    let disabled = users::managed(&desk.backend, &caller, user)
        .await
        .unwrap()
        .disabled
        .unwrap();
    assert_eq!(
        (disabled.by.as_str(), disabled.reason.as_str()),
        ("Ingrid", "On leave")
    );

    let done = users::enable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert!(matches!(done, Switched::Done { name } if name == "Anna Keller"));
    let again = users::enable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert_eq!(again, already);
    assert!(accepted(
        &desk.verify("anna", &device.code(0)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_operator_s_sessions_end_and_is_not_deleted(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = operator(&MANAGES, RealmId::OPERATORS);
    let user = make(&desk, RealmId::OPERATORS, ["Reto", "", "reto"], "").await;
    desk.set(
        "insert into operator (user_id, created_at) values ($1, now())",
        user.0,
    )
    .await;
    desk.set(
        "insert into session (id, secret_hash, operator_id, half, created_at, last_seen_at, ends_at)
         values (gen_random_uuid(), 'x', $1, false, now(), now(), now())",
        user.0,
    )
    .await;
    users::disable(&desk.backend, &caller, user, &Reason::default())
        .await
        .unwrap();
    let sessions = "select count(*) from session where operator_id = $1";
    assert_eq!(desk.number(sessions, user.0).await, 0);
    let deleted = users::delete(&desk.backend, &caller, user, "reto").await;
    assert!(matches!(deleted, Err(Error::IsOperator)));
}

#[sqlx::test(migrations = "./migrations")]
async fn two_administrators_cannot_disable_each_other(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = operator(&MANAGES, RealmId::OPERATORS);
    let administrator = async |username: &str| {
        let user = make(&desk, RealmId::OPERATORS, ["Ad", "Min", username], "").await;
        for sql in [
            "insert into operator (user_id, password_hash, created_at) values ($1, 'x', now())",
            "insert into operator_role (operator_id, role_id)
             select $1, id from role where key = 'administrator'",
        ] {
            desk.set(sql, user.0).await;
        }
        user
    };
    let both = [administrator("ada").await, administrator("bea").await];
    let none = Reason::default();
    let disable = |user| users::disable(&desk.backend, &caller, user, &none);
    let answers: [_; 2] = tokio::join!(disable(both[0]), disable(both[1])).into();
    let done = answers.iter().filter(|it| it.is_ok()).count();
    let refused = |it: &&_| matches!(it, Err(Error::LastAdministrator));
    assert_eq!((done, answers.iter().filter(refused).count()), (1, 1));
}

#[sqlx::test(migrations = "./migrations")]
async fn one_who_has_not_come_in_yet_stands_in_for_no_administrator(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = operator(&MANAGES, RealmId::OPERATORS);
    let administrator = async |username: &str| {
        let user = make(&desk, RealmId::OPERATORS, ["Ad", "Min", username], "").await;
        for sql in [
            "insert into operator (user_id, created_at) values ($1, now())",
            "insert into operator_role (operator_id, role_id)
             select $1, id from role where key = 'administrator'",
        ] {
            desk.set(sql, user.0).await;
        }
        user
    };
    let (ada, invited) = (administrator("ada").await, administrator("bea").await);
    let password = "update operator set password_hash = 'x' where user_id = $1";
    desk.set(password, ada.0).await;
    let none = Reason::default();
    let last = users::disable(&desk.backend, &caller, ada, &none).await;
    assert!(matches!(last, Err(Error::LastAdministrator)), "{last:?}");
    desk.set(password, invited.0).await;
    let done = users::disable(&desk.backend, &caller, ada, &none).await;
    assert!(matches!(done, Ok(Switched::Done { .. })));
}
